#include <doctest/doctest.h>

#include <starling/autodiff/gradient_check.hpp>
#include <starling/core/error.hpp>
#include <starling/inference/parameter_map.hpp>

TEST_SUITE_BEGIN("inference");

namespace {

using namespace starling;

const ParameterMap kMap({{"leisure", {"pub", "gym", "cinema"}}, {"log k", {}}, {"home", {"home"}}});

}  // namespace

TEST_CASE("tied paths get one value, and what is not the simulator's stays out") {
  CHECK(kMap.names() == std::vector<std::string>{"leisure", "log k", "home"});
  CHECK(kMap.paths() == std::vector<std::string>{"pub", "gym", "cinema", "home"});
  const std::vector<double> theta{1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
  const std::vector<double> expected{1.0, 1.0, 1.0, 3.0, 4.0, 4.0, 4.0, 6.0};
  CHECK(kMap.expand_values(theta) == expected);
  Tape<double> tape(Exec::cpu(1));
  const Var<double> free = tape.variable({2, 3}, theta);
  const Var<double> paths = kMap.expand(free);
  CHECK(paths.value() == expected);
  tape.backward(paths, std::vector<double>{1.0, 10.0, 100.0, 7.0, 2.0, 20.0, 200.0, 5.0});
  CHECK(free.adjoint() == std::vector<double>{111.0, 0.0, 7.0, 222.0, 0.0, 5.0});
}

TEST_CASE("where each parameter has one path nothing is copied") {
  const ParameterMap map({{"a", {"x"}}, {"b", {"y"}}});
  Tape<double> tape(Exec::cpu(1));
  const Var<double> theta = tape.variable({1, 2}, std::vector<double>{1.0, 2.0});
  CHECK(map.expand(theta).data() == theta.data());
  CHECK_THROWS_AS((void)kMap.expand(theta), InputError);
}

TEST_CASE("tied paths have a value in common only where all have the same") {
  const auto same = kMap.shared_values(std::vector<double>{0.5, 0.5, 0.5, 2.0});
  CHECK(same[0] == 0.5);
  CHECK(!same[1]);
  CHECK(same[2] == 2.0);
  CHECK(!kMap.shared_values(std::vector<double>{0.5, 0.4, 0.5, 2.0})[0]);
}

TEST_CASE("a name or a path that stands twice is refused") {
  CHECK_THROWS_WITH_AS(ParameterMap({{"a", {"x"}}, {"a", {"y"}}}), doctest::Contains("\"a\" stands twice"),
                       InputError);
  CHECK_THROWS_WITH_AS(ParameterMap({{"a", {"x", "y"}}, {"b", {"y"}}}),
                       doctest::Contains("y takes its value from \"a\" and from \"b\""), InputError);
}

TEST_SUITE_END();
