#include <vector>

#include <starling/abm/epidemic_model.hpp>
#include <starling/autodiff/autodiff.hpp>
#include <starling/inference/variational.hpp>

// The gradient of the sum of x^2 / 2 is x.
int main() {
  const std::vector<double> values{1.0, 2.0, 3.0};
  starling::Tape<double> tape(starling::Exec::cpu());
  const auto x = tape.variable({3}, values);
  tape.backward(sum(square(x) * 0.5));
  return x.adjoint() == values ? 0 : 1;
}
