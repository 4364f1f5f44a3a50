#pragma once

#include <string>
#include <vector>

#include <starling/app/bench_record.hpp>
#include <starling/app/command_line.hpp>
#include <starling/app/configuration.hpp>

namespace starling::app {

/// The benches of `starling bench NAME`. What an item is, and which bytes are counted, stands beside each.

/// copy: bandwidth of a plain copy, the ceiling. An item is a byte read or written.
std::vector<BenchRecord> bench_copy(const Exec& exec, const BenchOptions& options);

/// kernels: operations of the tape on arrays beyond the caches, forward and (…_gradient) forward, sum and
/// backward. An item is an element of x; bytes are what the kernels that ran say they must move.
std::vector<BenchRecord> bench_kernels(const Exec& exec, const BenchOptions& options);

/// tape: tape_chain, a chain of 1,000 operations (a number times an array, array plus array, turn about) on
/// arrays of 1 and of 1,000 elements. An item is one operation forward and backward.
std::vector<BenchRecord> bench_tape(const Exec& exec, const BenchOptions& options);

/// flow: flow_sample and flow_density of 16 masked affine layers in 3 dimensions, hidden 20 and 64, batch
/// 10,000, forward and backward by the parameters. An item is one draw.
std::vector<BenchRecord> bench_flow(const Exec& exec, const BenchOptions& options);

/// epidemic: epidemic_forward and epidemic_gradient (the reverse sweep) of a configuration. An item is one
/// agent, step and sample. Bytes are the compulsory traffic of one: forward 24, with the gradient 108.
std::vector<BenchRecord> bench_epidemic(const Exec& exec, const BenchOptions& options,
                                        const Invocation& invocation, const Configuration& configuration);

/// gradient_truth: all estimators of derivatives of a configuration's epidemic against the truth; see
/// GradientComparison. Writes gradient_truth.csv, gradient_estimators.csv, the table gradient_estimators.md
/// and a picture into the results folder.
void bench_gradient_truth(const Exec& exec, const Invocation& invocation, const Configuration& configuration);

/// calibration: a configuration's calibration with several estimators of derivatives against a posterior
/// found without any; see CalibrationComparison. Writes calibrations.csv and the table calibrations.md into
/// the results folder.
void bench_calibration(const Exec& exec, const Invocation& invocation, const Configuration& configuration);

}  // namespace starling::app
