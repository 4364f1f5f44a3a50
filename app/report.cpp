#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include <starling/app/report.hpp>

namespace starling::app {
namespace {

constexpr std::string_view kStyle = R"(
:root{--ink:#1f2933;--soft:#5b6673;--line:#e1e6eb;--blue:#1f5f99;--orange:#b4500f}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:#fff;font:16px/1.55 system-ui,"Segoe UI","Helvetica Neue",Arial,sans-serif}
main{max-width:66rem;margin:0 auto;padding:3rem 1.5rem 4rem}
h1{font-size:2rem;line-height:1.2;margin:0 0 .4rem;font-weight:650;letter-spacing:-.01em}
h2{font-size:1.2rem;margin:2.8rem 0 .8rem;font-weight:650}
p{max-width:46rem}.lead{color:var(--soft);font-size:1.08rem;margin:0}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;width:100%}
th{font-weight:600;text-align:left;border-bottom:2px solid var(--ink);padding:.4rem .9rem .4rem 0;vertical-align:bottom}
td{border-bottom:1px solid var(--line);padding:.4rem .9rem .4rem 0;vertical-align:top}
th.n,td.n{text-align:right}
code{font:.9em ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}
.yes{color:var(--blue)}.no{color:var(--orange);font-weight:600}
ul.notes{border-left:3px solid var(--orange);margin:0;padding:.2rem 0 .2rem 2rem;max-width:50rem}
figure{margin:0 0 2.2rem}figure svg{max-width:100%;height:auto;display:block}
figcaption{color:var(--soft);font-size:.95rem;margin-top:.5rem;max-width:46rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.6rem;margin:0}
dt{color:var(--soft)}dd{margin:0;font-variant-numeric:tabular-nums}
details summary{cursor:pointer;font-weight:600}
@media print{main{padding:0}figure,table{break-inside:avoid}}
)";

std::string escape(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += letter;
    }
  }
  return escaped;
}

std::string parameter_row(const ParameterRow& row) {
  std::string text = fmt::format(
      "<tr><td><code>{}</code></td><td>{}</td><td class=\"n\">{:.3f}</td><td class=\"n\">{:.3f}</td>"
      "<td class=\"n\">{:.3f}</td><td class=\"n\">{:.3f}</td>",
      escape(row.path), escape(row.prior), row.mean, row.sd, row.low, row.high);
  if (!row.truth) return text + "</tr>\n";
  const bool inside = row.low <= *row.truth && *row.truth <= row.high;
  return text + fmt::format("<td class=\"n\">{:.3f}</td><td class=\"{}\">{}</td></tr>\n", *row.truth,
                            inside ? "yes" : "no", inside ? "yes" : "no");
}

std::string parameter_table(const std::vector<ParameterRow>& rows) {
  const bool with_truth = std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.truth; });
  std::string text =
      "<h2>Parameters</h2>\n<div class=\"wide\"><table>\n<thead><tr><th>parameter</th><th>prior</th>"
      "<th class=\"n\">mean</th><th class=\"n\">sd</th><th class=\"n\">2.5 %</th><th class=\"n\">97.5 %</th>";
  if (with_truth) text += "<th class=\"n\">truth</th><th>inside</th>";
  text += "</tr></thead>\n<tbody>\n";
  for (const ParameterRow& row : rows) text += parameter_row(row);
  return text + "</tbody></table></div>\n";
}

std::string further_table(const ReportTable& table) {
  const auto cell = [](const char* tag, std::size_t column, const std::string& text) {
    return fmt::format("<{0}{1}>{2}</{0}>", tag, column == 0 ? "" : " class=\"n\"", escape(text));
  };
  std::string text = fmt::format("<h2>{}</h2>\n<p>{}</p>\n<div class=\"wide\"><table>\n<thead><tr>",
                                 escape(table.title), escape(table.caption));
  for (std::size_t column = 0; column < table.columns.size(); ++column)
    text += cell("th", column, table.columns[column]);
  text += "</tr></thead>\n<tbody>\n";
  for (const std::vector<std::string>& row : table.rows) {
    text += "<tr>";
    for (std::size_t column = 0; column < row.size(); ++column) text += cell("td", column, row[column]);
    text += "</tr>\n";
  }
  return text + "</tbody></table></div>\n";
}

std::string notes_section(const CalibrationReport& report) {
  std::vector<std::string> notes = report.notes;
  for (const RenderedPlot& plot : report.plots) {
    if (plot.svg.empty())
      notes.push_back(fmt::format("The picture {} is missing: {}.", plot.name, plot.problem));
  }
  if (notes.empty()) return "";
  std::string text = "<h2>Notes</h2>\n<ul class=\"notes\">\n";
  for (const std::string& note : notes) text += fmt::format("<li>{}</li>\n", escape(note));
  return text + "</ul>\n";
}

std::string figures(const std::vector<RenderedPlot>& plots) {
  std::string text;
  for (const RenderedPlot& plot : plots) {
    if (!plot.svg.empty())
      text += fmt::format(
          "<figure role=\"img\" aria-label=\"{0}\">\n{1}\n<figcaption>{0}</figcaption></figure>\n",
          escape(plot.caption), plot.svg);
  }
  return text.empty() ? "" : "<h2>Pictures</h2>\n" + text;
}

std::string definitions(const std::vector<std::pair<std::string, std::string>>& entries, bool as_code) {
  std::string text = "<dl>\n";
  for (const auto& [name, value] : entries)
    text += as_code ? fmt::format("<dt><code>{}</code></dt><dd><code>{}</code></dd>\n", escape(name),
                                  escape(value))
                    : fmt::format("<dt>{}</dt><dd>{}</dd>\n", escape(name), escape(value));
  return text + "</dl>\n";
}

}  // namespace

std::string render_report(const CalibrationReport& report) {
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n"
      "<style>{1}</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n<p class=\"lead\">{2}</p>\n",
      escape(report.title), kStyle, escape(report.subtitle));
  page += parameter_table(report.parameters);
  page += notes_section(report);
  page += figures(report.plots);
  for (const ReportTable& table : report.tables) page += further_table(table);
  page += "<h2>Run</h2>\n" + definitions(report.facts, false);
  page += "<h2>Configuration</h2>\n<details><summary>All values in use</summary>\n" +
          definitions(report.configuration, true) + "</details>\n";
  return page + "</main>\n</body>\n</html>\n";
}

std::string with_separators(std::int64_t value) {
  std::string digits = fmt::format("{}", value);
  const std::ptrdiff_t first = value < 0 ? 1 : 0;
  for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > first; at -= 3)
    digits.insert(static_cast<std::size_t>(at), "\u2009");
  return digits;
}

}  // namespace starling::app
