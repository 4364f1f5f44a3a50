#pragma once

#include <string>

namespace starling::test {

/// docs/operations.md: every operation of the tape, and by which checks its forward, adjoint and forward-mode
/// rules were found right just now on each backend in each number type. Checks that need a device which is
/// not there stand in parentheses.
std::string operation_table();

}  // namespace starling::test
