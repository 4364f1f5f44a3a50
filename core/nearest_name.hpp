#pragma once

#include <span>
#include <string>
#include <string_view>

namespace starling {

/// The known name with the smallest edit distance to `name`, the first of several; empty when none is known.
std::string nearest_name(std::string_view name, std::span<const std::string> known);

}  // namespace starling
