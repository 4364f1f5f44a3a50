#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include <starling/autodiff/elementwise.hpp>
#include <starling/autodiff/rearrange.hpp>
#include <starling/autodiff/reduction.hpp>
#include <starling/autodiff/slicing.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/inference/weighted_losses.hpp>

namespace starling {

namespace {

std::int64_t length_of(const Target& target) {
  return std::visit([](const auto& loss) { return static_cast<std::int64_t>(loss.outputs()); }, target.loss);
}

/// Columns first … first + count of rows, as the target's loss compares them.
std::vector<double> own_outputs(const Target& target, std::span<const double> outputs, std::int64_t columns) {
  const auto width = static_cast<std::size_t>(columns);
  const auto count = static_cast<std::size_t>(length_of(target));
  std::vector<double> own;
  for (std::size_t row = 0; row < outputs.size(); row += width) {
    for (const double value : outputs.subspan(row + static_cast<std::size_t>(target.first), count))
      own.push_back(target.scale == Target::Scale::natural ? value : std::log1p(value) / std::numbers::ln10);
  }
  return target.totals ? target.totals->apply(own) : own;
}

std::vector<double> column_of(std::span<const double> rows, std::int64_t column, std::int64_t columns) {
  std::vector<double> values;
  for (auto i = static_cast<std::size_t>(column); i < rows.size(); i += static_cast<std::size_t>(columns))
    values.push_back(rows[i]);
  return values;
}

Var<double> own_columns(Tape<double>& tape, const Target& target, Var<double> outputs) {
  const Var<double> own = slice(outputs, 1, target.first, length_of(target));
  if (target.totals) return (*target.totals)(tape, own);
  return target.scale == Target::Scale::natural ? own : log1p(own) / std::numbers::ln10;
}

/// A column [draws][1] once for each replicate. [draws * replicates]
Var<double> repeated(Tape<double>& tape, Var<double> column, int replicates) {
  const std::vector<double> zeros(static_cast<std::size_t>(replicates), 0.0);
  return reshape(column + tape.constant({replicates}, zeros), {column.size() * replicates});
}

void add_to(std::optional<Var<double>>& sum, Var<double> term) {
  sum = sum ? *sum + term : term;
}

}  // namespace

WeightedLosses::WeightedLosses(std::vector<Target> targets, std::int64_t outputs)
    : targets_(std::move(targets)), outputs_(outputs) {
  check_that(!targets_.empty(), "WeightedLosses", "there are no targets");
  for (const Target& target : targets_) {
    const std::string place = fmt::format("WeightedLosses: target {}", target.name);
    check_positive(place, "weight", target.weight);
    if (target.first < 0 || target.first + length_of(target) > outputs)
      throw InputError(fmt::format("{}: outputs {} to {}, expected within 0 to {}", place, target.first,
                                   target.first + length_of(target) - 1, outputs - 1));
    if (!target.own_dispersion) continue;
    const auto* counts = std::get_if<CountLikelihood>(&target.loss);
    check_that(counts != nullptr && counts->has_dispersion(), place,
               "only a negative binomial has a dispersion");
    ++dispersions_;
  }
}

std::vector<double> WeightedLosses::single_run_values(std::span<const double> outputs,
                                                      std::span<const double> log_dispersions) const {
  const std::size_t runs = outputs.size() / static_cast<std::size_t>(outputs_);
  check_equal_size("WeightedLosses", "outputs", static_cast<std::int64_t>(outputs.size()),
                   static_cast<std::int64_t>(runs) * outputs_);
  check_equal_size("WeightedLosses", "log_dispersions", static_cast<std::int64_t>(log_dispersions.size()),
                   static_cast<std::int64_t>(runs) * dispersions_);
  std::vector<double> result(runs, 0.0);
  std::int64_t dispersion = 0;
  for (const Target& target : targets_) {
    const std::vector<double> own = own_outputs(target, outputs, outputs_);
    std::vector<double> values;
    if (target.own_dispersion) {
      const std::vector<double> column = column_of(log_dispersions, dispersion++, dispersions_);
      values = std::get<CountLikelihood>(target.loss).single_run_values(own, column);
    } else {
      values = std::visit([&](const auto& loss) { return loss.single_run_values(own); }, target.loss);
    }
    for (std::size_t run = 0; run < runs; ++run) result[run] += target.weight * values[run];
  }
  return result;
}

std::optional<Var<double>> WeightedLosses::count_losses(Tape<double>& tape, Var<double> outputs,
                                                        int replicates,
                                                        const Var<double>* log_dispersions) const {
  std::optional<Var<double>> sum;
  std::int64_t dispersion = 0;
  for (const Target& target : targets_) {
    const auto* counts = std::get_if<CountLikelihood>(&target.loss);
    if (counts == nullptr) continue;
    const Var<double> own = own_columns(tape, target, outputs);
    const Var<double> loss =
        target.own_dispersion
            ? (*counts)(tape, own, 1, repeated(tape, slice(*log_dispersions, 1, dispersion++, 1), replicates))
            : (*counts)(tape, own, 1);
    add_to(sum, target.weight * loss);
  }
  return sum;
}

std::optional<Var<double>> WeightedLosses::quadratic_losses(Tape<double>& tape, Var<double> outputs,
                                                            int replicates) const {
  std::optional<Var<double>> sum;
  for (const Target& target : targets_) {
    const auto* loss = std::get_if<QuadraticLoss>(&target.loss);
    if (loss != nullptr)
      add_to(sum, target.weight * (*loss)(tape, own_columns(tape, target, outputs), replicates));
  }
  return sum;
}

Var<double> WeightedLosses::total(Tape<double>& tape, Var<double> outputs, int replicates,
                                  const Var<double>* log_dispersions) const {
  check_positive("WeightedLosses", "replicates", replicates);
  check_equal_size("WeightedLosses", "columns of outputs", outputs.shape().last(), outputs_);
  const std::int64_t columns = log_dispersions == nullptr ? 0 : log_dispersions->shape().last();
  check_equal_size("WeightedLosses", "columns of log_dispersions", columns, dispersions_);
  std::optional<Var<double>> sum = quadratic_losses(tape, outputs, replicates);
  if (const std::optional<Var<double>> runs = count_losses(tape, outputs, replicates, log_dispersions)) {
    const Var<double> by_draw = reshape(-*runs, {runs->size() / replicates, replicates});
    add_to(sum, std::log(static_cast<double>(replicates)) - log_sum_exp(by_draw, -1));
  }
  return *sum;
}

Var<double> WeightedLosses::operator()(Tape<double>& tape, Var<double> outputs, int replicates) const {
  return total(tape, outputs, replicates, nullptr);
}

Var<double> WeightedLosses::operator()(Tape<double>& tape, Var<double> outputs, int replicates,
                                       Var<double> log_dispersions) const {
  return total(tape, outputs, replicates, &log_dispersions);
}

}  // namespace starling
