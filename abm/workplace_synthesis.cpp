#include <algorithm>
#include <cmath>
#include <numeric>

#include <starling/abm/apportion.hpp>
#include <starling/abm/synthesis_stream.hpp>
#include <starling/abm/workplace_synthesis.hpp>
#include <starling/core/check.hpp>
#include <starling/core/reproducible_math.hpp>

namespace starling {

namespace {

constexpr float kParetoExponent = 1.1F;
constexpr double kLargestShareOfWorkers = 0.05;

struct SizeDraw {
  std::size_t band = 0;
  std::int64_t employees = 0;
};

std::int64_t draw_employees(std::size_t band, std::int64_t largest, float uniform) {
  const auto [low, high] = kWorkplaceBandLimits[band];
  const bool open_band = band + 1 == kWorkplaceBandLimits.size();
  // Open band: the inverse of the Pareto tail. Others: low * ((high + 1) / low)^u, rounded down.
  const float logarithm =
      open_band ? -reproducible_log(uniform) / kParetoExponent
                : uniform * reproducible_log(static_cast<float>(high + 1) / static_cast<float>(low));
  const float size = static_cast<float>(low) * reproducible_exp(logarithm);
  const float bounded = std::min(size, static_cast<float>(high));
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(bounded), 1, std::max<std::int64_t>(1, largest));
}

// Bands by multiples of the golden ratio, which fill [0, 1) evenly: any number of workplaces has nearly the
// shares.
std::size_t band_of(const std::array<double, kWorkplaceBands>& cumulative, double place) {
  const double target = (place - std::floor(place)) * cumulative.back();
  const auto found = std::upper_bound(cumulative.begin(), cumulative.end(), target);
  return std::min(static_cast<std::size_t>(found - cumulative.begin()), cumulative.size() - 1);
}

// Workplaces of one borough for all of `workers`; the last one takes those who are left.
void append_workplaces(const std::array<double, kWorkplaceBands>& bands, std::vector<std::int32_t> workers,
                       std::uint64_t seed, Workplaces& workplaces) {
  constexpr double kGoldenRatio = 0.6180339887498949;
  std::array<double, kWorkplaceBands> cumulative{};
  std::partial_sum(bands.begin(), bands.end(), cumulative.begin());
  check_positive("size_bands_by_borough.csv", "workplaces of a borough", cumulative.back());
  SynthesisStream(seed, SynthesisStage::workplace_members).shuffle(workers);
  SynthesisStream sizes(seed, SynthesisStage::workplace_sizes);
  const auto largest =
      static_cast<std::int64_t>(kLargestShareOfWorkers * static_cast<double>(workers.size()));
  const double start = sizes.uniform();
  double opened = 0.0;
  for (auto next = workers.begin(); next != workers.end(); opened += 1.0) {
    const std::size_t band = band_of(cumulative, start + opened * kGoldenRatio);
    const std::int64_t employees =
        std::min<std::int64_t>(draw_employees(band, largest, sizes.uniform_single()), workers.end() - next);
    std::sort(next, next + employees);
    workplaces.companies.indices.insert(workplaces.companies.indices.end(), next, next + employees);
    workplaces.companies.offsets.push_back(static_cast<std::int64_t>(workplaces.companies.indices.size()));
    next += employees;
  }
  for (std::size_t band = 0; band < bands.size(); ++band)
    workplaces.expected_bands[band] += opened * bands[band] / cumulative.back();
}

}  // namespace

std::vector<BoroughWorkers> send_to_work(const SynthesisFigures& figures,
                                         const std::vector<BoroughWorkers>& homes, std::uint64_t seed) {
  std::vector<BoroughWorkers> result(homes.size());
  for (std::size_t home = 0; home < homes.size(); ++home) {
    result[home].borough = homes[home].borough;
    std::vector<double> shares(homes.size());
    for (std::size_t work = 0; work < homes.size(); ++work)
      shares[work] = figures.commuters[homes[home].borough][homes[work].borough];
    // Without commuters in the table everyone works at home.
    if (std::accumulate(shares.begin(), shares.end(), 0.0) <= 0.0) shares[home] = 1.0;
    std::vector<std::int64_t> places =
        apportion(shares, static_cast<std::int64_t>(homes[home].agents.size()));
    SynthesisStream stream(derive_seed(seed, homes[home].borough), SynthesisStage::work_borough);
    std::size_t left = homes[home].agents.size();
    for (const std::int32_t agent : homes[home].agents) {
      // The borough of one of the places left, each with equal probability.
      auto place = static_cast<std::int64_t>(stream.below(left--));
      std::size_t work = 0;
      for (; place >= places[work]; ++work) place -= places[work];
      --places[work];
      result[work].agents.push_back(agent);
    }
  }
  return result;
}

Workplaces synthesise_workplaces(const SynthesisFigures& figures, std::vector<BoroughWorkers> workers,
                                 std::uint64_t seed) {
  Workplaces workplaces;
  for (BoroughWorkers& borough : workers) {
    append_workplaces(figures.workplaces[borough.borough], std::move(borough.agents),
                      derive_seed(seed, borough.borough), workplaces);
    workplaces.borough_offsets.push_back(workplaces.companies.rows());
  }
  return workplaces;
}

}  // namespace starling
