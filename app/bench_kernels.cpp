#include <functional>
#include <numeric>

#include <starling/app/benches.hpp>
#include <starling/autodiff/autodiff.hpp>
#include <starling/core/random.hpp>

namespace starling::app {

namespace {

using Number = float;
using Array = Var<Number>;

constexpr std::int64_t kElements = std::int64_t{1} << 24;  // 64 MiB an array
constexpr std::int64_t kColumns = 16;
constexpr std::int64_t kRows = kElements / kColumns;

/// An operation on x [kElements] and rows [kRows][kColumns], positive numbers below 1.
struct KernelBench {
  const char* name;
  std::function<Array(Array x, Array rows)> run;
};

std::vector<std::int32_t> shuffled_rows() {
  std::vector<std::int32_t> rows(static_cast<std::size_t>(kRows));
  std::iota(rows.begin(), rows.end(), 0);
  for (std::size_t i = rows.size() - 1; i > 0; --i)
    std::swap(rows[i], rows[random_word(1, static_cast<std::uint32_t>(i), 0, 0, Draw::test) % (i + 1)]);
  return rows;
}

std::vector<KernelBench> kernel_benches(const Exec& exec) {
  const Indices shuffle(exec, shuffled_rows(), kRows);
  const RandomStream stream{.seed = 1};
  return {
      {"add", [](Array x, Array rows) { return x + reshape(rows, {kElements}); }},
      {"multiply_row", [](Array, Array rows) { return rows * slice(rows, 0, 0, 1); }},
      {"exp", [](Array x, Array) { return exp(x); }},
      {"tanh", [](Array x, Array) { return tanh(x); }},
      {"sum", [](Array x, Array) { return sum(x); }},
      {"sum_rows", [](Array, Array rows) { return sum(rows, 0); }},
      {"log_sum_exp", [](Array x, Array) { return log_sum_exp(x); }},
      {"softmax_rows", [](Array, Array rows) { return softmax(rows); }},
      {"cumulative_sum", [](Array x, Array) { return cumulative_sum(x, 0); }},
      {"transpose", [](Array, Array rows) { return transpose(rows); }},
      {"gather", [shuffle](Array, Array rows) { return gather(rows, shuffle); }},
      {"scatter_add", [shuffle](Array, Array rows) { return scatter_add(rows, shuffle); }},
      {"matmul", [](Array, Array rows) { return matmul(rows, slice(rows, 0, 0, kColumns)); }},
      {"bernoulli_gumbel_softmax",
       [stream](Array x, Array) {
         return bernoulli_gumbel_softmax(x, Number(0.1), Relaxation::hard, stream);
       }},
  };
}

class KernelTimer {
 public:
  KernelTimer(const Exec& exec, const BenchOptions& options)
      : exec_(exec), options_(options), tape_(exec), values_(uniform_values()) {}

  BenchRecord forward(const KernelBench& bench) {
    const TapeScope<Number> scope(tape_);
    const Array x = tape_.constant({kElements}, values_);
    const Array rows = tape_.constant({kRows, kColumns}, values_);
    return record(bench.name, [&, x, rows] { (void)bench.run(x, rows); });
  }
  /// Forward, sum and backward.
  BenchRecord gradient(const KernelBench& bench) {
    const TapeScope<Number> scope(tape_);
    const Array x = tape_.variable({kElements}, values_);
    return record(std::string(bench.name) + "_gradient", [&, x] {
      tape_.backward(sum(bench.run(x, reshape(x, {kRows, kColumns}))));
    });
  }

 private:
  static std::vector<Number> uniform_values() {
    std::vector<Number> values;
    values.reserve(static_cast<std::size_t>(kElements));
    for (std::int64_t i = 0; i < kElements; ++i)
      values.push_back(uniform_float(random_word(2, static_cast<std::uint32_t>(i), 0, 0, Draw::test)));
    return values;
  }

  BenchRecord record(std::string name, const std::function<void()>& work) {
    const auto scoped = [&] {
      const TapeScope<Number> scope(tape_);
      work();
    };
    exec_.set_byte_counting(true);
    const std::int64_t before = exec_.counters().kernel_bytes;
    scoped();
    const std::int64_t bytes = exec_.counters().kernel_bytes - before;
    exec_.set_byte_counting(false);
    return {.name = std::move(name),
            .size = {{"elements", kElements}},
            .number = "float",
            .items = static_cast<double>(kElements),
            .bytes = static_cast<double>(bytes),
            .seconds = time_work(exec_, options_.repeats, scoped)};
  }

  Exec exec_;
  BenchOptions options_;
  Tape<Number> tape_;
  std::vector<Number> values_;
};

}  // namespace

std::vector<BenchRecord> bench_kernels(const Exec& exec, const BenchOptions& options) {
  KernelTimer timer(exec, options);
  std::vector<BenchRecord> records;
  for (const KernelBench& bench : kernel_benches(exec)) {
    records.push_back(timer.forward(bench));
    records.push_back(timer.gradient(bench));
  }
  return records;
}

}  // namespace starling::app
