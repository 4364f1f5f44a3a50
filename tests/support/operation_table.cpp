#include "operation_table.hpp"

#include <array>
#include <string_view>
#include <vector>

#include "backends.hpp"
#include "operation_checks.hpp"

namespace starling::test {

namespace {

constexpr std::int64_t kFewElements = 33;
constexpr std::int64_t kElements = 257;

constexpr const char* kHead =
    "# Operations of the tape\n\n"
    "Made by `starling_tests --operation-table`, which goes through the enumeration of "
    "`autodiff/operation.hpp` "
    "and runs the\nchecks below on every case of every operation; a cell holds the checks that passed. "
    "A check in parentheses needs a CUDA\ndevice and had none: the kernel is compiled and linked. `FAIL` is "
    "a "
    "check that did not pass. The same checks run at the\nsizes 0, 1, 31, 32, 33 and 257 and beyond a "
    "million "
    "elements in `tests/autodiff/operations_test.cpp`, each under the test\ncase named here.\n\n"
    "| check | what it compares | test case |\n|---|---|---|\n"
    "| a | adjoint and six-point differences, double | gradients of every operation equal six-point "
    "differences "
    "|\n"
    "| b | adjoint and forward mode, as a dot product | the adjoint of every operation is the transpose of "
    "its "
    "derivative |\n"
    "| c | used twice, before and after others | an array used by an operation twice and by others collects "
    "all "
    "its adjoints |\n"
    "| d | float and double: values, adjoints, tangents | values, adjoints and tangents in float are those "
    "in "
    "double |\n"
    "| e | device and host: values, adjoints, tangents | every operation has the values, adjoints and "
    "tangents "
    "of the host on a device |\n\n"
    "Check a has no meaning for hard draws and choices, whose adjoint is that of a smooth stand-in.\n\n"
    "| operation | cases | forward cpu float | double | forward cuda float | double | adjoint cpu float | "
    "double "
    "| adjoint cuda float | double | jvp cpu float | double | jvp cuda float | double | oracle of its values "
    "|\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";

/// The test case that holds an operation's values against an oracle that shares no arithmetic with it.
const char* oracle_of(Operation operation) {
  switch (operation) {
    case Operation::affine:
    case Operation::reciprocal:
    case Operation::power:
    case Operation::exp:
    case Operation::expm1:
    case Operation::log:
    case Operation::log1p:
    case Operation::sqrt:
    case Operation::square:
    case Operation::tanh:
    case Operation::sigmoid:
    case Operation::softplus:
    case Operation::relu:
    case Operation::abs:
    case Operation::clamp:
    case Operation::clamp_pass_through:
      return "unary operations and their adjoints equal the oracle at all sizes";
    case Operation::add:
    case Operation::subtract:
    case Operation::multiply:
    case Operation::divide:
    case Operation::minimum:
    case Operation::maximum:
    case Operation::straight_through:
      return "binary operations repeat operands by strides";
    case Operation::where:
      return "an operand that where() did not take may be NaN";
    case Operation::sum:
    case Operation::mean:
      return "sums along an axis equal the oracle below, at and above a chunk";
    case Operation::max:
      return "the largest element is found wherever it lies, of equal ones the first";
    case Operation::log_sum_exp:
      return "log_sum_exp of a long axis equals the sum of exponentials";
    case Operation::softmax:
    case Operation::log_softmax:
      return "softmax and its logarithm along an axis equal the oracle at all sizes";
    case Operation::cumulative_sum:
      return "cumulative sums equal the oracle below, at and above a chunk, in both directions";
    case Operation::quantile:
      return "quantiles and their weights equal those of the sorted values at all sizes";
    case Operation::matmul:
      return "matrix products equal the oracle, transposed or not, at all sizes";
    case Operation::masked_linear:
      return "masked linear and its adjoint equal the oracle at all sizes";
    case Operation::reshape:
    case Operation::view_slice:
      return "views share memory and take the elements that they say";
    case Operation::slice:
    case Operation::concatenate:
      return "slices take positions along an axis, and concatenation puts them back";
    case Operation::permute_axes:
      return "permuted axes hold the same elements at permuted positions";
    case Operation::gather:
    case Operation::scatter_add:
    case Operation::segment_sum:
      return "gathers and segment sums equal the oracle at all sizes";
    case Operation::gamma:
      return "the slope of the gamma quantile equals differences of the quantile function";
    case Operation::bernoulli_straight_through:
      return "Bernoulli draws are 1 where the uniform number is below p";
    case Operation::bernoulli_gumbel_softmax:
      return "soft draws from two classes and their slopes equal the oracle at all sizes";
    case Operation::categorical_gumbel_softmax:
      return "soft draws from several classes equal the oracle, and rows sum to 1";
    case Operation::checkpoint:
      return "checkpoints keep the gradient bit for bit in a tenth of the memory";
  }
  return "";
}

enum Check { differences, dot_product, fan_out, precision, backend, kChecks };

/// Whether a check passed for all cases so far; `ran` false: not applicable to any.
struct Verdict {
  bool ran = false;
  bool passed = true;
  void add(bool ok) {
    ran = true;
    passed = passed && ok;
  }
};

struct Verdicts {
  std::array<Verdict, kChecks> float_checks{}, double_checks{};
};

void run_checks(const Exec& exec, const OperationCase& c, Verdicts& verdicts) {
  if (c.smooth)
    verdicts.double_checks[differences].add(difference_error(exec, c, kFewElements) < kDifferenceTolerance);
  verdicts.double_checks[fan_out].add(fan_out_error(exec, c, kFewElements) < kFanOutTolerance);
  verdicts.double_checks[dot_product].add(dot_product_error<double>(exec, c, kElements) <
                                          kDotProductTolerance<double>);
  verdicts.float_checks[dot_product].add(dot_product_error<float>(exec, c, kElements) <
                                         kDotProductTolerance<float>);
  const CaseRun in_double = run_case<double>(exec, c, kElements);
  verdicts.float_checks[precision].add(run_error(run_case<float>(exec, c, kElements), in_double) <
                                       kFloatTolerance);
  if (exec.backend() == Backend::cuda)
    verdicts.double_checks[backend].add(run_error(in_double, run_case<double>(Exec::cpu(2), c, kElements)) <
                                        kBackendTolerance);
}

/// The letters of the checks that speak for a rule.
std::string cell(const std::array<Verdict, kChecks>& checks, std::initializer_list<Check> that_count,
                 bool device_missing) {
  std::string letters;
  for (const Check check : that_count) {
    const Verdict& verdict = checks[check];
    if (!verdict.passed) return "FAIL";
    if (verdict.ran) letters += static_cast<char>('a' + check);
  }
  if (letters.empty()) return "none";
  return device_missing ? "(" + letters + ")" : letters;
}

/// What a device would run, as seen from the host's verdicts: for the columns of a backend that is not there.
Verdicts with_backend_check(Verdicts verdicts) {
  verdicts.double_checks[backend].add(true);
  return verdicts;
}

std::string row(Operation operation, int cases, const Verdicts& host, const Verdicts& device, bool missing) {
  std::string text = "| `" + std::string(name_of(operation)) + "` | " + std::to_string(cases);
  const auto rule = [&](std::initializer_list<Check> in_float, std::initializer_list<Check> in_double) {
    for (const bool cuda : {false, true}) {
      const Verdicts& verdicts = cuda ? device : host;
      text += " | " + cell(verdicts.float_checks, in_float, cuda && missing);
      text += " | " + cell(verdicts.double_checks, in_double, cuda && missing);
    }
  };
  // Values are differenced by a; forward mode differentiates the code of values.
  rule({dot_product, precision}, {differences, dot_product, backend});
  rule({dot_product, precision}, {differences, dot_product, fan_out, backend});
  rule({dot_product, precision}, {dot_product, backend});
  return text + " | " + oracle_of(operation) + " |\n";
}

}  // namespace

std::string operation_table() {
  const bool has_device = gpu_cases().device_present;
  std::string text = kHead;
  for (int i = 0; i < kOperations; ++i) {
    const auto operation = static_cast<Operation>(i);
    Verdicts host, device;
    int cases = 0;
    for (const OperationCase& c : operation_cases()) {
      if (c.operation != operation) continue;
      ++cases;
      run_checks(Exec::cpu(2), c, host);
      if (has_device) run_checks(Exec::cuda(), c, device);
    }
    text += row(operation, cases, host, has_device ? device : with_backend_check(host), !has_device);
  }
  return text;
}

}  // namespace starling::test
