#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <starling/abm/population.hpp>

namespace starling {

struct SynthesisSettings {
  std::vector<std::string> areas{"Camden"};  // London boroughs; each is synthesised on its own and joined
  double scale = 1.0;                        // fraction of the residents, in (0, 1]
  std::uint64_t seed = 1;
  std::filesystem::path data_directory;  // the project's data/ folder
};

/// How far one figure of the synthetic population is from its census target.
struct Marginal {
  std::string name;
  double target = 0.0;
  double achieved = 0.0;
};

struct Synthesis {
  Population population;  // venue types household, care_home, company, school, university, leisure;
                          // attributes sex, borough, area
  std::vector<Marginal> marginals;
};

/// Synthesises people and all venues from the figures in data/: docs/population.md. Deterministic in the
/// seed. Throws InputError for an unknown area (naming the known ones) and for malformed data (file, line,
/// rule).
Synthesis synthesise(const SynthesisSettings& settings);

}  // namespace starling
