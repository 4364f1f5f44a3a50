#pragma once

#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

namespace starling::test {

/// A file of published figures under tests/golden.
inline nlohmann::json golden_json(const std::string& name) {
  std::ifstream file(STARLING_SOURCE_DIR "/tests/golden/" + name);
  return nlohmann::json::parse(file);
}

}  // namespace starling::test
