#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <starling/abm/epidemic_settings.hpp>
#include <starling/abm/population.hpp>
#include <starling/abm/profile.hpp>

namespace starling::test {

/// The published program's world of 12 agents, as a golden file describes it.
struct PublishedWorld {
  nlohmann::json golden;
  Population population;
  InfectiousnessProfiles profiles;
  EpidemicSettings settings;

  explicit PublishedWorld(const std::string& file);

  /// 1 for those infected at the start. [agents]
  [[nodiscard]] std::vector<double> initially_infected() const;
};

}  // namespace starling::test
