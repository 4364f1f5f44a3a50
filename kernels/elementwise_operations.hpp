#pragma once

#include <cmath>

#include <starling/core/dual.hpp>
#include <starling/core/macros.hpp>
#include <starling/kernels/elementwise.hpp>

namespace starling {

/// Logistic function without overflow in either tail.
template <class Real>
STARLING_HD inline Real sigmoid_of(Real x) {
  using std::abs;
  using std::exp;
  const Real e = exp(-abs(x));
  return (x >= Real(0) ? Real(1) : e) / (Real(1) + e);
}

/// Each operation: its value, and its slope from x and y = value(x). `a` and `b` are its constants.
namespace elementwise {

// Plain numbers take these, Dual numbers their own.
using std::abs;
using std::exp;
using std::expm1;
using std::log;
using std::log1p;
using std::pow;
using std::sqrt;
using std::tanh;

struct Affine {
  template <class Real>
  STARLING_HD static Real value(Real x, Real a, Real b) {
    return a * x + b;
  }
  template <class Real>
  STARLING_HD static Real slope(Real, Real, Real a, Real) {
    return a;
  }
};
struct Reciprocal {
  template <class Real>
  STARLING_HD static Real value(Real x, Real a, Real) {
    return a / x;
  }
  template <class Real>
  STARLING_HD static Real slope(Real x, Real y, Real, Real) {
    return -y / x;
  }
};
struct Power {
  template <class Real>
  STARLING_HD static Real value(Real x, Real a, Real) {
    return pow(x, a);
  }
  template <class Real>
  STARLING_HD static Real slope(Real x, Real, Real a, Real) {
    return a * pow(x, a - Real(1));
  }
};
struct Exp {
  template <class Real>
  STARLING_HD static Real value(Real x, Real, Real) {
    return exp(x);
  }
  template <class Real>
  STARLING_HD static Real slope(Real, Real y, Real, Real) {
    return y;
  }
};
struct Expm1 {
  template <class Real>
  STARLING_HD static Real value(Real x, Real, Real) {
    return expm1(x);
  }
  template <class Real>
  STARLING_HD static Real slope(Real, Real y, Real, Real) {
    return y + Real(1);
  }
};
struct Log {
  template <class Real>
  STARLING_HD static Real value(Real x, Real, Real) {
    return log(x);
  }
  template <class Real>
  STARLING_HD static Real slope(Real x, Real, Real, Real) {
    return Real(1) / x;
  }
};
struct Log1p {
  template <class Real>
  STARLING_HD static Real value(Real x, Real, Real) {
    return log1p(x);
  }
  template <class Real>
  STARLING_HD static Real slope(Real x, Real, Real, Real) {
    return Real(1) / (Real(1) + x);
  }
};
struct Sqrt {
  template <class Real>
  STARLING_HD static Real value(Real x, Real, Real) {
    return sqrt(x);
  }
  template <class Real>
  STARLING_HD static Real slope(Real, Real y, Real, Real) {
    return Real(0.5) / y;
  }
};
struct Square {
  template <class Real>
  STARLING_HD static Real value(Real x, Real, Real) {
    return x * x;
  }
  template <class Real>
  STARLING_HD static Real slope(Real x, Real, Real, Real) {
    return Real(2) * x;
  }
};
struct Tanh {
  template <class Real>
  STARLING_HD static Real value(Real x, Real, Real) {
    return tanh(x);
  }
  template <class Real>
  STARLING_HD static Real slope(Real, Real y, Real, Real) {
    return (Real(1) - y) * (Real(1) + y);
  }
};
struct Sigmoid {
  template <class Real>
  STARLING_HD static Real value(Real x, Real, Real) {
    return sigmoid_of(x);
  }
  // From x: 1 - y would lose all digits in the upper tail.
  template <class Real>
  STARLING_HD static Real slope(Real x, Real y, Real, Real) {
    return y * sigmoid_of(-x);
  }
};
struct Softplus {
  template <class Real>
  STARLING_HD static Real value(Real x, Real, Real) {
    return (x > Real(0) ? x : Real(0)) + log1p(exp(-abs(x)));
  }
  template <class Real>
  STARLING_HD static Real slope(Real x, Real, Real, Real) {
    return sigmoid_of(x);
  }
};
struct Relu {
  // A NaN stays a NaN.
  template <class Real>
  STARLING_HD static Real value(Real x, Real, Real) {
    return x <= Real(0) ? Real(0) : x;
  }
  template <class Real>
  STARLING_HD static Real slope(Real x, Real, Real, Real) {
    return x > Real(0) ? Real(1) : Real(0);
  }
};
struct Abs {
  template <class Real>
  STARLING_HD static Real value(Real x, Real, Real) {
    return abs(x);
  }
  template <class Real>
  STARLING_HD static Real slope(Real x, Real, Real, Real) {
    return x > Real(0) ? Real(1) : (x < Real(0) ? Real(-1) : Real(0));
  }
};

/// Between a and b, which are kept; the slope is 1 there and 0 outside.
struct Clamp {
  template <class Real>
  STARLING_HD static Real value(Real x, Real a, Real b) {
    return x < a ? a : (x > b ? b : x);
  }
  template <class Real>
  STARLING_HD static Real slope(Real x, Real, Real a, Real b) {
    return x < a || x > b ? Real(0) : Real(1);
  }
};
/// The value of Clamp with slope 1 everywhere: what was pushed outside can find its way back.
struct ClampPassThrough {
  template <class Real>
  STARLING_HD static Real value(Real x, Real a, Real b) {
    return straight_through_value(plain(Clamp::value(x, a, b)), x);
  }
  template <class Real>
  STARLING_HD static Real slope(Real, Real, Real, Real) {
    return Real(1);
  }
};

struct Add {
  template <class Real>
  STARLING_HD static Real value(Real a, Real b) {
    return a + b;
  }
  template <class Real>
  STARLING_HD static Real slope(Operand, Real, Real) {
    return Real(1);
  }
};
struct Subtract {
  template <class Real>
  STARLING_HD static Real value(Real a, Real b) {
    return a - b;
  }
  template <class Real>
  STARLING_HD static Real slope(Operand operand, Real, Real) {
    return operand == Operand::a ? Real(1) : Real(-1);
  }
};
struct Multiply {
  template <class Real>
  STARLING_HD static Real value(Real a, Real b) {
    return a * b;
  }
  template <class Real>
  STARLING_HD static Real slope(Operand operand, Real a, Real b) {
    return operand == Operand::a ? b : a;
  }
};
struct Divide {
  template <class Real>
  STARLING_HD static Real value(Real a, Real b) {
    return a / b;
  }
  template <class Real>
  STARLING_HD static Real slope(Operand operand, Real a, Real b) {
    return operand == Operand::a ? Real(1) / b : -(a / b) / b;
  }
};

/// Of equal elements the first operand is taken, with its slope.
struct Minimum {
  template <class Real>
  STARLING_HD static Real value(Real a, Real b) {
    return b < a ? b : a;
  }
  template <class Real>
  STARLING_HD static Real slope(Operand operand, Real a, Real b) {
    return (operand == Operand::b) == (b < a) ? Real(1) : Real(0);
  }
};
struct Maximum {
  template <class Real>
  STARLING_HD static Real value(Real a, Real b) {
    return b > a ? b : a;
  }
  template <class Real>
  STARLING_HD static Real slope(Operand operand, Real a, Real b) {
    return (operand == Operand::b) == (b > a) ? Real(1) : Real(0);
  }
};
/// The value of a with the derivative of b.
struct StraightThrough {
  template <class Real>
  STARLING_HD static Real value(Real a, Real b) {
    return straight_through_value(plain(a), b);
  }
  template <class Real>
  STARLING_HD static Real slope(Operand operand, Real, Real) {
    return operand == Operand::a ? Real(0) : Real(1);
  }
};
/// 1 or 0.
struct Greater {
  template <class Real>
  STARLING_HD static Real value(Real a, Real b) {
    return a > b ? Real(1) : Real(0);
  }
  template <class Real>
  STARLING_HD static Real slope(Operand, Real, Real) {
    return Real(0);
  }
};
struct GreaterEqual {
  template <class Real>
  STARLING_HD static Real value(Real a, Real b) {
    return a >= b ? Real(1) : Real(0);
  }
  template <class Real>
  STARLING_HD static Real slope(Operand, Real, Real) {
    return Real(0);
  }
};

}  // namespace elementwise

/// Calls visit(Operation{}) for the operation of that name.
template <class Visit>
void with_operation(UnaryOperation operation, const Visit& visit) {
  switch (operation) {
    case UnaryOperation::affine:
      return visit(elementwise::Affine{});
    case UnaryOperation::reciprocal:
      return visit(elementwise::Reciprocal{});
    case UnaryOperation::power:
      return visit(elementwise::Power{});
    case UnaryOperation::exp:
      return visit(elementwise::Exp{});
    case UnaryOperation::expm1:
      return visit(elementwise::Expm1{});
    case UnaryOperation::log:
      return visit(elementwise::Log{});
    case UnaryOperation::log1p:
      return visit(elementwise::Log1p{});
    case UnaryOperation::sqrt:
      return visit(elementwise::Sqrt{});
    case UnaryOperation::square:
      return visit(elementwise::Square{});
    case UnaryOperation::tanh:
      return visit(elementwise::Tanh{});
    case UnaryOperation::sigmoid:
      return visit(elementwise::Sigmoid{});
    case UnaryOperation::softplus:
      return visit(elementwise::Softplus{});
    case UnaryOperation::relu:
      return visit(elementwise::Relu{});
    case UnaryOperation::abs:
      return visit(elementwise::Abs{});
    case UnaryOperation::clamp:
      return visit(elementwise::Clamp{});
    case UnaryOperation::clamp_pass_through:
      return visit(elementwise::ClampPassThrough{});
  }
}

template <class Visit>
void with_operation(BinaryOperation operation, const Visit& visit) {
  switch (operation) {
    case BinaryOperation::add:
      return visit(elementwise::Add{});
    case BinaryOperation::subtract:
      return visit(elementwise::Subtract{});
    case BinaryOperation::multiply:
      return visit(elementwise::Multiply{});
    case BinaryOperation::divide:
      return visit(elementwise::Divide{});
    case BinaryOperation::minimum:
      return visit(elementwise::Minimum{});
    case BinaryOperation::maximum:
      return visit(elementwise::Maximum{});
    case BinaryOperation::straight_through:
      return visit(elementwise::StraightThrough{});
    case BinaryOperation::greater:
      return visit(elementwise::Greater{});
    case BinaryOperation::greater_equal:
      return visit(elementwise::GreaterEqual{});
  }
}

}  // namespace starling
