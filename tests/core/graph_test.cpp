#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/core/error.hpp>
#include <starling/core/graph.hpp>
#include <starling/kernels/elementwise.hpp>

#include "../support/backends.hpp"

TEST_SUITE_BEGIN("core");

using starling::Buffer;
using starling::CaptureError;
using starling::Exec;
using starling::ExecCounters;
using starling::Graph;

namespace {

using Values = std::vector<double>;

/// y = scale x + 1
void scale_and_shift(const Exec& exec, double scale, const Buffer<double>& x, Buffer<double>& y) {
  starling::kernels::unary<double>(exec, {.operation = starling::UnaryOperation::affine,
                                          .n = y.size(),
                                          .a = scale,
                                          .b = 1.0,
                                          .x = x.data(),
                                          .y = y.data()});
}

}  // namespace

STARLING_BACKEND_CASE("a graph runs nothing when captured, and its work at every launch") {
  Buffer<double> x(exec, Values{0.0, 1.0, 2.0});
  const Graph graph = Graph::capture(exec, [&] {
    scale_and_shift(exec, 2.0, x, x);
    scale_and_shift(exec, 1.0, x, x);
  });
  CHECK(x.download() == Values{0.0, 1.0, 2.0});
  const ExecCounters before = exec.counters();
  graph.launch();
  graph.launch();
  CHECK(exec.counters() - before == ExecCounters{.launches = 2});
  CHECK(x.download() == Values{6.0, 10.0, 14.0});
}

STARLING_BACKEND_CASE("a graph reads at each launch what has been uploaded into the same memory") {
  Buffer<double> x(exec, Values{1.0});
  Buffer<double> y(exec, Values{-1.0});
  Buffer<double> former(exec, 1);
  const Graph graph = Graph::capture(exec, [&] {
    exec.copy(former.data(), y.data(), y.bytes());
    y.fill_zero();
    scale_and_shift(exec, 3.0, x, y);
  });
  graph.launch();
  x.upload(Values{5.0});
  graph.launch();
  CHECK(former.download() == Values{4.0});
  CHECK(y.download() == Values{16.0});
}

STARLING_BACKEND_CASE("scalars and decisions keep the value they had when the graph was captured") {
  Buffer<double> x(exec, Values{2.0});
  Buffer<double> y(exec, Values{0.0});
  double scale = 4.0;
  bool wanted = true;
  const Graph graph = Graph::capture(exec, [&] {
    if (wanted) scale_and_shift(exec, scale, x, y);
  });
  scale = 0.0;
  wanted = false;
  graph.launch();
  CHECK(y.download() == Values{9.0});
}

STARLING_BACKEND_CASE(
    "what a graph cannot hold is refused by the name of the call, and the context goes on") {
  Buffer<double> x(exec, Values{2.0});
  const Graph nothing = Graph::capture(exec, [] {});
  const auto refused = [&](const char* call, const std::function<void()>& work) {
    CHECK_THROWS_WITH_AS((void)Graph::capture(exec, work), doctest::Contains(call), CaptureError);
    CHECK(x.download() == Values{2.0});
  };
  refused("Exec::allocate", [&] { const Buffer<double> y(exec, 3); });
  refused("Exec::copy_from_host", [&] { x.upload(Values{3.0}); });
  refused("Exec::copy_to_host", [&] { (void)x.download(); });
  refused("Exec::synchronize", [&] { exec.synchronize(); });
  refused("Graph::launch", [&] { nothing.launch(); });
  refused("Graph::capture", [&] { (void)Graph::capture(exec, [] {}); });
  auto owned = std::make_unique<Buffer<double>>(exec, 3);
  refused("Exec::deallocate", [&] { owned.reset(); });
  CHECK(exec.memory().current_bytes == 8);
}

STARLING_BACKEND_CASE("an exception in the work ends the capture and passes on") {
  CHECK_THROWS_AS((void)Graph::capture(exec, [] { throw starling::InputError("the caller's"); }),
                  starling::InputError);
  CHECK_FALSE(exec.capturing());
}

TEST_SUITE_END();
