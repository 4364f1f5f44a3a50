#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#if defined(__FMA__)
#include <immintrin.h>
#endif

#include <starling/core/lane_math.hpp>
#include <starling/core/unroll.hpp>

// Host only. The vector types of GCC and clang compile to the widest registers there are, in particular where
// a loop over an array would leave its elements in memory between iterations.
#if !defined(__GNUC__)
#error "core/pack.hpp needs the vector extensions of GCC or clang"
#endif

namespace starling {

/// Bytes of the widest registers there are; packs of one register are the fastest.
#if defined(__AVX512F__)
inline constexpr int kRegisterBytes = 64;
#elif defined(__AVX__)
inline constexpr int kRegisterBytes = 32;
#else
inline constexpr int kRegisterBytes = 16;
#endif

#if defined(__FMA__)
inline __m256 fused_multiply_add(__m256 a, __m256 b, __m256 c) {
  return _mm256_fmadd_ps(a, b, c);
}
inline __m256d fused_multiply_add(__m256d a, __m256d b, __m256d c) {
  return _mm256_fmadd_pd(a, b, c);
}
#endif
#if defined(__AVX512F__)
inline __m512 fused_multiply_add(__m512 a, __m512 b, __m512 c) {
  return _mm512_fmadd_ps(a, b, c);
}
inline __m512d fused_multiply_add(__m512d a, __m512d b, __m512d c) {
  return _mm512_fmadd_pd(a, b, c);
}
#endif

/// `lanes` numbers that are computed with together, element by element.
template <class Real, int lanes>
struct Pack {
  static_assert(std::is_floating_point_v<Real> && (lanes & (lanes - 1)) == 0);
  using Vector [[gnu::vector_size(lanes * sizeof(Real))]] = Real;
  using Integer = std::conditional_t<sizeof(Real) == 4, std::int32_t, std::int64_t>;
  using Bits = std::make_unsigned_t<Integer>;
  using IntegerVector [[gnu::vector_size(lanes * sizeof(Real))]] = Integer;
  using BitVector [[gnu::vector_size(lanes * sizeof(Real))]] = Bits;

  Vector v;

  Pack() = default;
  explicit Pack(Vector vector) : v(vector) {}
  template <class Number>
  requires std::is_arithmetic_v<Number>
  explicit Pack(Number x) : v(static_cast<Real>(x) - Vector{}) {}  // not +, which turns -0 into 0

  Pack& operator+=(Pack b) { return *this = *this + b; }
  Pack& operator-=(Pack b) { return *this = *this - b; }

  friend Pack operator-(Pack a) { return Pack(-a.v); }
  friend Pack operator+(Pack a, Pack b) { return Pack(a.v + b.v); }
  friend Pack operator-(Pack a, Pack b) { return Pack(a.v - b.v); }
  friend Pack operator*(Pack a, Pack b) { return Pack(a.v * b.v); }
  friend Pack operator/(Pack a, Pack b) { return Pack(a.v / b.v); }

  /// Rounded once where the machine has an instruction for it.
  friend Pack multiply_add(Pack a, Pack b, Pack c) {
    if constexpr (requires { fused_multiply_add(a.v, b.v, c.v); })
      return Pack(Vector(fused_multiply_add(a.v, b.v, c.v)));
    else
      return Pack(a.v * b.v + c.v);
  }
  friend Pack multiply_add(Pack a, Real b, Pack c) { return multiply_add(a, Pack(b), c); }
  friend Pack where_non_negative(Pack x, Pack a, Pack b) { return Pack(x.v >= Vector{} ? a.v : b.v); }
};

template <class Real, int lanes>
struct LaneTraits<Pack<Real, lanes>> {
  using Scalar = Real;
  static constexpr int kLanes = lanes;
  static Pack<Real, lanes> load(const Real* from) {
    Pack<Real, lanes> x;
    std::memcpy(&x.v, from, sizeof(x.v));
    return x;
  }
  static void store(Pack<Real, lanes> x, Real* to) { std::memcpy(to, &x.v, sizeof(x.v)); }
};

/// Arrays hold each number next to its derivative; the pack holds all values, then all derivatives.
template <class Real, int lanes>
struct LaneTraits<Dual<Pack<Real, lanes>>> {
  using Scalar = Dual<Real>;
  static constexpr int kLanes = lanes;
  static Dual<Pack<Real, lanes>> load(const Dual<Real>* from) {
    Dual<Pack<Real, lanes>> x(0);
    for (int l = 0; l < lanes; ++l) {
      x.value.v[l] = from[l].value;
      x.tangent.v[l] = from[l].tangent;
    }
    return x;
  }
  static void store(const Dual<Pack<Real, lanes>>& x, Dual<Real>* to) {
    for (int l = 0; l < lanes; ++l) to[l] = {x.value.v[l], x.tangent.v[l]};
  }
};

/// GCC would rather read a number from memory for each of its uses.
template <class Real, int lanes>
STARLING_INLINE Pack<Real, lanes> held(Pack<Real, lanes> x) {
#if defined(__AVX512F__)
  if constexpr (sizeof(x.v) == 64) __asm__("" : "+v"(x.v));
#elif defined(__AVX__)
  if constexpr (sizeof(x.v) == 32) __asm__("" : "+x"(x.v));
#endif
  return x;
}
template <class Real, int lanes>
STARLING_INLINE Dual<Pack<Real, lanes>> held(const Dual<Pack<Real, lanes>>& x) {
  return {held(x.value), held(x.tangent)};
}

template <class Real, int lanes>
inline Dual<Pack<Real, lanes>> where_non_negative(const Dual<Pack<Real, lanes>>& x,
                                                  const Dual<Pack<Real, lanes>>& a,
                                                  const Dual<Pack<Real, lanes>>& b) {
  return {where_non_negative(x.value, a.value, b.value), where_non_negative(x.value, a.tangent, b.tangent)};
}

namespace detail {

/// The first (half = 0) or second half of each segment of vectors a and b, one vector after the other.
template <int segment, int half, class Vector, int... lane>
STARLING_INLINE Vector half_segments(Vector a, Vector b, std::integer_sequence<int, lane...>) {
  constexpr int kLength = segment / 2;
  return __builtin_shufflevector(a, b, (lane / kLength * segment + half * kLength + lane % kLength)...);
}

/// Vectors a and b hold sums in segments of `segment` lanes, yet to be added up. The result holds those of a,
/// then those of b, in segments of half the length.
template <int segment, class Real, int lanes>
STARLING_INLINE Pack<Real, lanes> fold_lanes(Pack<Real, lanes> a, Pack<Real, lanes> b) {
  constexpr auto kLanes = std::make_integer_sequence<int, lanes>{};
  return Pack<Real, lanes>(half_segments<segment, 0>(a.v, b.v, kLanes) +
                           half_segments<segment, 1>(a.v, b.v, kLanes));
}

/// Sums over the lanes of `lanes` vectors, in their order, by one fixed tree.
template <int segment, class Real, int lanes>
STARLING_INLINE Pack<Real, lanes> lane_sums(const Pack<Real, lanes> (&x)[segment]) {
  if constexpr (segment == 1) {
    return x[0];
  } else {
    Pack<Real, lanes> folded[segment / 2];
    unrolled<segment / 2>(
        [&](auto i) STARLING_INLINE_LAMBDA { folded[i] = fold_lanes<segment>(x[2 * i], x[2 * i + 1]); });
    return lane_sums<segment / 2>(folded);
  }
}

}  // namespace detail

template <int count, class Real, int lanes, class Sum>
STARLING_INLINE void add_lane_sums(const Pack<Real, lanes> (&x)[count], bool accumulate, Sum* sums) {
  unrolled<(count + lanes - 1) / lanes>([&](auto k) STARLING_INLINE_LAMBDA {
    constexpr int kFirst = k * lanes;
    constexpr int kHere = count - kFirst < lanes ? count - kFirst : lanes;
    Pack<Real, lanes> part[lanes];
    unrolled<lanes>([&](auto i) STARLING_INLINE_LAMBDA {
      if constexpr (i < kHere)
        part[i] = x[kFirst + i];
      else
        part[i] = Pack<Real, lanes>(0);
    });
    const Pack<Real, lanes> total = detail::lane_sums<lanes>(part);
    Sum* to = sums + kFirst;
    if (accumulate)
      for (int i = 0; i < kHere; ++i) to[i] += static_cast<Sum>(total.v[i]);
    else
      for (int i = 0; i < kHere; ++i) to[i] = static_cast<Sum>(total.v[i]);
  });
}

template <int count, class Real, int lanes, class Sum>
inline void add_lane_sums(const Dual<Pack<Real, lanes>> (&x)[count], bool accumulate, Sum* sums) {
  Pack<Real, lanes> part[count];
  PlainOf<Sum> value[count], tangent[count];
  for (int i = 0; i < count; ++i) part[i] = x[i].value;
  add_lane_sums(part, false, value);
  for (int i = 0; i < count; ++i) part[i] = x[i].tangent;
  add_lane_sums(part, false, tangent);
  for (int i = 0; i < count; ++i) {
    const Sum sum{value[i], tangent[i]};
    sums[i] = accumulate ? sums[i] + sum : sum;
  }
}

}  // namespace starling
