#pragma once

#include "operation_cases.hpp"

namespace starling::test {

/// Each check runs one case and returns how far off it is, infinite for NaN; the tests compare with the
/// tolerance beside it.

/// Reverse mode against six-point differences in double, worst relative error over all arguments.
double difference_error(const Exec& exec, const OperationCase& c, std::int64_t n);
inline constexpr double kDifferenceTolerance = 1e-7;

/// |<w, J v> - <J^T w, v>| relative to the terms added up, J v by forward mode and J^T w by reverse mode. The
/// two share the code of values only: forward mode differentiates it, reverse mode is written by hand.
template <class Real>
double dot_product_error(const Exec& exec, const OperationCase& c, std::int64_t n);
template <class Real>
inline constexpr double kDotProductTolerance = sizeof(Real) == 4 ? 1e-5 : 1e-13;

/// Values, adjoints and tangents of one run.
struct CaseRun {
  std::vector<double> value;
  std::vector<std::vector<double>> adjoint;  // of each argument
  std::vector<double> tangent;
};
template <class Real>
CaseRun run_case(const Exec& exec, const OperationCase& c, std::int64_t n);

/// Largest difference of two runs, relative to the largest element of each array.
double run_error(const CaseRun& actual, const CaseRun& expected);
inline constexpr double kFloatTolerance = 2e-4;
inline constexpr double kBackendTolerance = 1e-11;

/// The operation used twice on the same arguments, before and after another use of them: the adjoint must be
/// that of one use times two plus the other's. Relative error.
double fan_out_error(const Exec& exec, const OperationCase& c, std::int64_t n);
inline constexpr double kFanOutTolerance = 1e-12;

/// True when a record of the case's operation is on the tape after a run.
bool leaves_its_record(const OperationCase& c);

}  // namespace starling::test
