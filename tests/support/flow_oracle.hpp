#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <starling/core/dual.hpp>
#include <starling/flows/flow.hpp>

namespace starling::test {

/// Degrees of inputs, hidden units and outputs of a masked network (Germain et al. 2015).
inline std::vector<int> input_degrees(int dimensions) {
  std::vector<int> degrees;
  for (int i = 1; i <= dimensions; ++i) degrees.push_back(i);
  return degrees;
}
inline std::vector<int> hidden_degrees(int dimensions, int units) {
  std::vector<int> degrees;
  for (int k = 0; k < units; ++k) degrees.push_back(dimensions > 1 ? k % (dimensions - 1) + 1 : 0);
  return degrees;
}
inline std::vector<int> output_degrees(int dimensions) {
  std::vector<int> degrees;
  for (int i = 1; i <= dimensions; ++i) degrees.insert(degrees.end(), 2, i);
  return degrees;
}

/// The flow of kernels/autoregressive_flow.hpp one row at a time, straight from its formulas with dense
/// masks; the inverse takes a pass through the network for each dimension. `Scalar` is double, or
/// Dual<double> for derivatives along one direction.
template <class Scalar>
struct FlowOracle {
  FlowSettings settings;
  std::vector<Scalar> parameters;

  struct Result {
    std::vector<Scalar> point;
    Scalar log_q;
  };

  /// u_1, m_1, u_2, m_2, … of one layer, whose parameters begin at `offset`.
  std::vector<Scalar> network(std::size_t offset, const std::vector<Scalar>& x) const {
    const ConditionerSettings& c = settings.conditioner;
    const std::vector<int> hidden = hidden_degrees(c.dimensions, c.hidden);
    std::vector<Scalar> h = map(offset, x, input_degrees(c.dimensions), hidden, false);
    for (int block = 0; block < c.blocks; ++block) {
      std::vector<Scalar> next = map(offset, c.residual ? active(h) : h, hidden, hidden, false);
      if (c.residual) {
        next = map(offset, active(next), hidden, hidden, false);
        for (std::size_t k = 0; k < h.size(); ++k) h[k] = h[k] + next[k];
      } else {
        h = active(next);
      }
    }
    return map(offset, h, hidden, output_degrees(c.dimensions), true);
  }

  Result sample(const std::vector<Scalar>& base) const {
    using std::exp;
    using std::log;
    Result result{base, log_normal(base)};
    for (int layer = 0; layer < settings.layers; ++layer) {
      if (layer > 0) result.point = permuted(result.point);
      const std::vector<Scalar> network_of = network(layer_offset(layer), result.point);
      for (std::size_t i = 0; i < base.size(); ++i) {
        const Scalar s = scale(network_of[2 * i]);
        result.point[i] = s * result.point[i] + network_of[2 * i + 1];
        result.log_q = result.log_q - log(s);
      }
    }
    const std::size_t last = layer_offset(settings.layers);
    for (std::size_t i = 0; i < base.size(); ++i) {
      const Scalar log_scale = parameters[last + base.size() + i];
      result.point[i] = parameters[last + i] + exp(log_scale) * result.point[i];
      result.log_q = result.log_q - log_scale;
    }
    return result;
  }

  Result density(const std::vector<Scalar>& theta) const {
    using std::exp;
    using std::log;
    const std::size_t n = theta.size();
    const std::size_t last = layer_offset(settings.layers);
    Result result{theta, Scalar(0.0)};
    for (std::size_t i = 0; i < n; ++i) {
      const Scalar log_scale = parameters[last + n + i];
      result.point[i] = (theta[i] - parameters[last + i]) / exp(log_scale);
      result.log_q = result.log_q - log_scale;
    }
    for (int layer = settings.layers - 1; layer >= 0; --layer) {
      std::vector<Scalar> z(n, Scalar(0.0));
      for (std::size_t i = 0; i < n; ++i) {
        const std::vector<Scalar> network_of = network(layer_offset(layer), z);
        const Scalar s = scale(network_of[2 * i]);
        z[i] = (result.point[i] - network_of[2 * i + 1]) / s;
        result.log_q = result.log_q - log(s);
      }
      for (std::size_t i = 0; i < n; ++i) result.point[layer > 0 ? source(i) : i] = z[i];
    }
    result.log_q = result.log_q + log_normal(result.point);
    return result;
  }

 private:
  std::size_t layer_offset(int layer) const {
    return static_cast<std::size_t>(layer * Conditioner(settings.conditioner).parameter_count());
  }

  /// weight x + bias without the weights that the degrees forbid; `offset` moves on to the next map.
  std::vector<Scalar> map(std::size_t& offset, const std::vector<Scalar>& x, const std::vector<int>& from,
                          const std::vector<int>& to, bool strictly) const {
    std::vector<Scalar> y;
    for (std::size_t o = 0; o < to.size(); ++o) {
      Scalar sum = parameters[offset + to.size() * from.size() + o];
      for (std::size_t i = 0; i < from.size(); ++i)
        if (strictly ? to[o] > from[i] : to[o] >= from[i])
          sum = sum + parameters[offset + o * from.size() + i] * x[i];
      y.push_back(sum);
    }
    offset += to.size() * (from.size() + 1);
    return y;
  }

  std::vector<Scalar> active(std::vector<Scalar> x) const {
    using std::tanh;
    for (Scalar& value : x) {
      if (settings.conditioner.activation == Activation::tanh) value = tanh(value);
      if (settings.conditioner.activation == Activation::relu && value <= Scalar(0.0)) value = Scalar(0.0);
    }
    return x;
  }

  Scalar scale(const Scalar& u) const {
    using std::abs;
    using std::exp;
    if (settings.scale == ScaleKind::bounded_exponential)
      return exp(u / (Scalar(1.0) + abs(u) / Scalar(std::log(100.0))));
    return Scalar(1.0) / (Scalar(1.0) + exp(-u - Scalar(2.0))) + Scalar(1e-3);
  }

  static Scalar log_normal(const std::vector<Scalar>& z) {
    Scalar sum(0.0);
    for (const Scalar& value : z)
      sum = sum - Scalar(0.5) * value * value - Scalar(0.5 * std::log(2.0 * std::acos(-1.0)));
    return sum;
  }

  /// The column that a permuted vector has in place i.
  std::size_t source(std::size_t i) const {
    const auto n = static_cast<std::size_t>(settings.conditioner.dimensions);
    if (settings.permutation == Permutation::reverse) return n - 1 - i;
    return settings.permutation == Permutation::swap ? (i + n / 2) % n : i;
  }
  std::vector<Scalar> permuted(const std::vector<Scalar>& x) const {
    std::vector<Scalar> y;
    for (std::size_t i = 0; i < x.size(); ++i) y.push_back(x[source(i)]);
    return y;
  }
};

/// Points and log densities of many rows, one after the other.
template <class Scalar>
struct FlowRows {
  std::vector<Scalar> points;  // [rows][dimensions]
  std::vector<Scalar> log_q;   // [rows]
};
template <class Scalar>
FlowRows<Scalar> oracle_rows(const FlowOracle<Scalar>& oracle, bool sampling,
                             const std::vector<Scalar>& points) {
  FlowRows<Scalar> rows;
  const auto n = static_cast<std::ptrdiff_t>(oracle.settings.conditioner.dimensions);
  for (auto row = points.begin(); row != points.end(); row += n) {
    const std::vector<Scalar> point(row, row + n);
    const auto result = sampling ? oracle.sample(point) : oracle.density(point);
    rows.points.insert(rows.points.end(), result.point.begin(), result.point.end());
    rows.log_q.push_back(result.log_q);
  }
  return rows;
}

}  // namespace starling::test
