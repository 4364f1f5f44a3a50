#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <starling/app/gnuplot.hpp>

extern "C" char** environ;

namespace starling::app {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

struct Drawing {
  std::string bytes;
  std::string problem;
};

std::string read_all(std::FILE* file) {
  std::string text;
  char chunk[65536];
  std::rewind(file);
  for (std::size_t count = 0; (count = std::fread(chunk, 1, sizeof chunk, file)) > 0;)
    text.append(chunk, count);
  return text;
}

/// Runs gnuplot with the three files as its standard streams; the status of waitpid, or -1 when it cannot
/// start.
int run_gnuplot(std::FILE* input, std::FILE* output, std::FILE* errors) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(input), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(output), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(errors), STDERR_FILENO);
  char name[] = "gnuplot";
  char from_standard_input[] = "-";
  char* arguments[] = {name, from_standard_input, nullptr};
  pid_t child = 0;
  const int failure = posix_spawnp(&child, name, &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) return -1;
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return status;
}

/// Files instead of pipes: neither side can then wait for the other.
Drawing draw(const std::string& script) {
  const File input(std::tmpfile());
  const File output(std::tmpfile());
  const File errors(std::tmpfile());
  if (!input || !output || !errors) return {"", "no temporary file can be made"};
  if (std::fwrite(script.data(), 1, script.size(), input.get()) != script.size() ||
      std::fflush(input.get()) != 0)
    return {"", "no space for a temporary file"};
  std::rewind(input.get());
  const int status = run_gnuplot(input.get(), output.get(), errors.get());
  if (status == -1 || (WIFEXITED(status) && WEXITSTATUS(status) == 127)) return {"", "gnuplot was not found"};
  Drawing drawing{read_all(output.get()), ""};
  if (status == 0 && !drawing.bytes.empty()) return drawing;
  std::string message = read_all(errors.get());
  for (char& letter : message) letter = letter == '\n' ? ' ' : letter;
  return {"", fmt::format("gnuplot failed: {}", message.substr(0, 300))};
}

std::string replace_all(std::string text, std::string_view from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

/// The <svg> element alone, with identifiers that stay unique among several pictures of one page, and a size
/// that follows the page.
std::string svg_for_page(const PlotScript& plot, std::string svg) {
  const std::size_t start = svg.find("<svg");
  if (start == std::string::npos) return "";
  svg.erase(0, start);
  svg = replace_all(std::move(svg), "id=\"", "id=\"" + plot.name + "-");
  svg = replace_all(std::move(svg), "id='", "id='" + plot.name + "-");
  svg = replace_all(std::move(svg), "href='#", "href='#" + plot.name + "-");
  svg = replace_all(std::move(svg), "url(#", "url(#" + plot.name + "-");
  const std::size_t title = svg.find("<title>");
  const std::size_t title_end = svg.find("</title>");
  if (title != std::string::npos && title_end != std::string::npos) svg.erase(title, title_end + 8 - title);
  return svg;
}

RenderedPlot render(const PlotScript& plot, const OutputFolder& folder) {
  const std::string common = "set encoding utf8\nset locale \"C\"\n";
  const std::string font = "font \"DejaVu Sans,Helvetica,Arial,sans-serif,11\"";
  const std::string svg_terminal = fmt::format(
      "set terminal svg enhanced size {},{} {} background \"white\"\n", plot.width_px, plot.height_px, font);
  // Twice the pixels, so that the picture is sharp in a document.
  const std::string png_terminal = fmt::format(
      "set terminal pngcairo enhanced size {},{} font \"DejaVu Sans,11\" fontscale 2 linewidth 2 "
      "pointscale 2 background \"white\"\n",
      2 * plot.width_px, 2 * plot.height_px);
  Drawing svg = draw(common + svg_terminal + plot.commands);
  if (!svg.problem.empty()) return {plot.name, plot.caption, "", svg.problem};
  folder.write_file(plot.name + ".svg", svg.bytes);
  const Drawing png = draw(common + png_terminal + plot.commands);
  if (png.problem.empty()) folder.write_file(plot.name + ".png", png.bytes);
  return {plot.name, plot.caption, svg_for_page(plot, std::move(svg.bytes)), png.problem};
}

}  // namespace

std::vector<RenderedPlot> render_plots(std::span<const PlotScript> scripts, const OutputFolder& folder) {
  std::vector<RenderedPlot> plots;
  for (const PlotScript& script : scripts) plots.push_back(render(script, folder));
  return plots;
}

std::string gnuplot_text(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    if (std::string_view("_^{}@&~\\").find(letter) != std::string_view::npos) escaped += '\\';
    escaped += letter;
  }
  return escaped;
}

std::string gnuplot_quote(std::string_view text) {
  std::string quoted = "'";
  for (const char letter : text) {
    if (letter == '\'') quoted += '\'';
    quoted += letter;
  }
  return quoted + "'";
}

}  // namespace starling::app
