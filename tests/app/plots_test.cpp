#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <starling/app/plot_style.hpp>
#include <starling/app/plots.hpp>
#include <starling/app/report.hpp>

#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("app");

using namespace starling::app;

namespace {

LossHistory loss_history(double shift) {
  LossHistory history;
  for (int i = 0; i < 300; ++i) {
    history.loss.push_back(20.0 * std::exp(-i / 40.0) + std::cos(i) + 1.5 + shift);
    history.weighted_kl.push_back(5.0 - 4.0 * std::exp(-i / 60.0));
    history.total.push_back(history.loss.back() + history.weighted_kl.back());
  }
  return history;
}

std::vector<ParameterDraws> posterior(int parameters) {
  std::vector<ParameterDraws> all;
  for (int i = 0; i < parameters; ++i) {
    ParameterDraws one{"networks.n_" + std::to_string(i) + ".log10_beta", {}, {}, 0.5};
    for (int k = 0; k < 500; ++k) one.draws.push_back(0.5 + 0.1 * std::sin(1.7 * k * (i + 1)));
    all.push_back(one);
  }
  return all;
}

std::vector<PredictiveSeries> predictive(int panels) {
  std::vector<PredictiveSeries> all(static_cast<std::size_t>(panels));
  for (PredictiveSeries& series : all) {
    series.title = age_bin_title(0, 18);
    for (int day = 0; day <= 30; ++day) {
      const double cases = std::exp(day / 4.0);
      series.observed.push_back(cases);
      series.low_90.push_back(0.5 * cases);
      series.low_50.push_back(0.8 * cases);
      series.median.push_back(cases);
      series.high_50.push_back(1.2 * cases);
      series.high_90.push_back(1.5 * cases);
    }
  }
  return all;
}

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Unknown for the first three days.
ReproductionBand reproduction(int days) {
  ReproductionBand band;
  for (int day = 1; day <= days; ++day) {
    const double value = day < 4 ? kUnknown : 2.5 - 0.03 * day;
    band.dates.emplace_back("2020-03-02");
    band.days.push_back(day);
    band.median.push_back(value);
    band.low_90.push_back(0.8 * value);
    band.high_90.push_back(1.2 * value);
    band.week_median.push_back(1.05 * value);
  }
  return band;
}

bool gnuplot_is_here() {
  return std::system("command -v gnuplot >/dev/null 2>&1") == 0;
}

/// Puts an empty folder in place of PATH for as long as it lives.
class WithoutPrograms {
 public:
  WithoutPrograms() : before_(std::getenv("PATH")) { setenv("PATH", "/nowhere", 1); }
  ~WithoutPrograms() { setenv("PATH", before_.c_str(), 1); }
  WithoutPrograms(const WithoutPrograms&) = delete;
  WithoutPrograms& operator=(const WithoutPrograms&) = delete;

 private:
  std::string before_;
};

}  // namespace

TEST_CASE("every picture is drawn as SVG and PNG, also from flat, single and unknown figures" *
          doctest::skip(!gnuplot_is_here())) {
  const starling::test::TemporaryFolder scratch;
  const OutputFolder folder(scratch.path());
  std::vector<ParameterDraws> flat = posterior(1);
  flat[0].draws.assign(10, 0.5);
  flat[0].truth.reset();
  std::vector<ParameterDraws> bounded = posterior(1);
  bounded[0].prior = starling::MarginalPrior::parse("beta(0.5, 0.5)");
  bounded[0].draws.push_back(0.0);
  PredictiveSeries nothing_seen = predictive(1).front();
  nothing_seen.observed.clear();
  const SimulatedRuns runs{{{0, 1, 3}, {0, 2, 9}}, {{0, 1, 2}, {0, 2, 7}}};
  const SimulatedRuns no_cases{{{0, 0}}, {{0, 0}}};
  const std::vector<PlotScript> scripts{
      plot_loss(loss_history(0.0)),
      plot_loss(loss_history(-10.0)),
      plot_loss({{1.0}, {0.5}, {0.5}}),
      plot_marginals(posterior(4)),
      plot_marginals(flat),
      plot_marginals(bounded),
      plot_pairs(posterior(3)),
      plot_pairs(flat),
      plot_predictive(predictive(4), {}),
      plot_predictive({nothing_seen}, {"2019-12-30", 6}),
      plot_simulation(runs, {}),
      plot_simulation(no_cases, {}),
      plot_network_shares(
          {{"care_home", {0.62, 0.55, 0.7}}, {"school", {0.38, 0.3, 0.45}}, {"pub", {0.0, 0.0, 0.0}}}),
      plot_network_shares({{"none", {kUnknown, kUnknown, kUnknown}}}),
      plot_reproduction(reproduction(60), {}),
      plot_reproduction(reproduction(1), {})};
  for (const RenderedPlot& plot : render_plots(scripts, folder)) {
    CAPTURE(plot.name);
    CHECK(plot.problem == "");
    CHECK(plot.svg.starts_with("<svg"));
    CHECK(plot.svg.find("id=\"" + plot.name + "-") != std::string::npos);
    CHECK(std::filesystem::file_size(folder.file(plot.name + ".png")) > 1000);
  }
}

TEST_CASE("a loss of one epoch is drawn as points, in the middle of its axis") {
  const std::string one = plot_loss({{1.0}, {0.5}, {0.5}}).commands;
  CHECK(one.find("using 1:3 with points pointtype 7") != std::string::npos);
  CHECK(one.find("set xrange [0.5:1.5]") != std::string::npos);
  const std::string many = plot_loss(loss_history(0.0)).commands;
  CHECK(many.find("with points") == std::string::npos);
  CHECK(many.find("set xrange [1:300]") != std::string::npos);
}

TEST_CASE("without gnuplot a report says which pictures are missing and nothing fails") {
  const starling::test::TemporaryFolder scratch;
  const OutputFolder folder(scratch.path());
  CalibrationReport report;
  report.title = "Camden <test> & more";
  report.parameters = {{"networks.school.log10_beta", "normal(0, 1)", 0.5, 0.1, 0.3, 0.7, 0.9}};
  {
    const WithoutPrograms nothing;
    report.plots = render_plots(std::vector{plot_loss(loss_history(0.0))}, folder);
  }
  const std::string page = render_report(report);
  CHECK(page.find("The picture loss is missing: gnuplot was not found.") != std::string::npos);
  CHECK(page.find("Camden &lt;test&gt; &amp; more") != std::string::npos);
  CHECK(page.find("class=\"no\">no<") != std::string::npos);
  CHECK(std::filesystem::is_empty(scratch.path()));
}

TEST_CASE("a report fetches nothing from elsewhere" * doctest::skip(!gnuplot_is_here())) {
  const starling::test::TemporaryFolder scratch;
  const OutputFolder folder(scratch.path());
  CalibrationReport report;
  report.plots = render_plots(std::vector{plot_pairs(posterior(2)), plot_loss(loss_history(0.0))}, folder);
  const std::string page = render_report(report);
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("<link") == std::string::npos);
  CHECK(page.find("src=") == std::string::npos);
  CHECK(page.find("@import") == std::string::npos);
}

TEST_CASE("the estimate of a density keeps to the prior's support and integrates to one") {
  ParameterDraws fraction{"fraction", {}, starling::MarginalPrior::parse("uniform(0, 1)"), std::nullopt};
  for (int k = 0; k < 4000; ++k) fraction.draws.push_back((k + 0.5) / 4000.0);
  const Interval range = range_of(fraction);
  CHECK(range.low == 0.0);
  CHECK(range.high == 1.0);
  const DensityCurve curve = density_of(fraction.draws, range, {0.0, 1.0});
  for (const double density : curve.density) CHECK(density == doctest::Approx(1.0).epsilon(0.01));
}

TEST_CASE("parameters are named as people say them") {
  CHECK(parameter_title("networks.care_home.log10_beta") == "care\\_home log_{10} β (per day)");
  CHECK(age_bin_title(18, 65) == "18 to 64 years");
  CHECK(with_separators(1234567) == "1\u2009234\u2009567");
}

TEST_SUITE_END();
