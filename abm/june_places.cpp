#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <unordered_map>

#include <fmt/format.h>

#include <starling/abm/june_places.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

constexpr std::string_view kUnknown = "unknown";

std::size_t position(std::int64_t index) {
  return static_cast<std::size_t>(index);
}

// Gives out codes of names, in the order the names are met.
class Coder {
 public:
  explicit Coder(Attribute& attribute) : attribute_(attribute) {
    for (const std::string& category : attribute.categories)
      codes_.emplace(category, static_cast<std::int32_t>(codes_.size()));
  }
  std::int32_t code(std::string_view name) {
    const auto [found, is_new] =
        codes_.try_emplace(std::string(name), static_cast<std::int32_t>(codes_.size()));
    if (is_new) attribute_.categories.emplace_back(name);
    return found->second;
  }

 private:
  Attribute& attribute_;
  std::unordered_map<std::string, std::int32_t> codes_;
};

using Point = std::array<double, 3>;

// On the unit sphere. The chord between two points grows with the haversine of the angle between them.
Point on_sphere(double latitude, double longitude) {
  constexpr double kRadians = std::numbers::pi / 180.0;
  const double height = std::sin(latitude * kRadians);
  const double radius = std::cos(latitude * kRadians);
  return {radius * std::cos(longitude * kRadians), radius * std::sin(longitude * kRadians), height};
}

double squared_chord(const Point& a, const Point& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < 3; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

std::vector<Point> read_points(const Hdf5Reader& file, const std::string& dataset) {
  const std::vector<double> coordinates = file.table<double>(dataset, 2);
  std::vector<Point> points;
  for (std::size_t row = 0; row < coordinates.size() / 2; ++row) {
    const double latitude = coordinates[2 * row];
    const double longitude = coordinates[2 * row + 1];
    if (!(std::abs(latitude) <= 90.0 && std::abs(longitude) <= 360.0))
      file.fail(dataset, fmt::format("row {} is ({}, {}), expected latitude and longitude in degrees", row,
                                     latitude, longitude));
    points.push_back(on_sphere(latitude, longitude));
  }
  return points;
}

}  // namespace

JuneIds::JuneIds(const Hdf5Reader& file, std::string dataset, Twice twice)
    : dataset_(std::move(dataset)), ids_(file.numbers<std::int64_t>(dataset_)) {
  checked_int32(fmt::format("{}: {}", file.path().string(), dataset_), "rows", size());
  bool row_numbers = true;
  for (std::int64_t row = 0; row < size(); ++row) row_numbers = row_numbers && ids_[position(row)] == row;
  if (row_numbers) return;
  order_.resize(ids_.size());
  std::iota(order_.begin(), order_.end(), 0);
  std::ranges::stable_sort(order_, {}, [&](std::int32_t row) { return ids_[position(row)]; });
  if (twice == Twice::first) return;
  for (std::size_t k = 1; k < order_.size(); ++k) {
    const std::int64_t id = ids_[position(order_[k])];
    if (id == ids_[position(order_[k - 1])])
      file.fail(dataset_, fmt::format("holds {} in rows {} and {}, expected each id once", id, order_[k - 1],
                                      order_[k]));
  }
}

std::optional<std::int32_t> JuneIds::row(std::int64_t id) const {
  if (order_.empty()) {
    if (id < 0 || id >= size()) return std::nullopt;
    return static_cast<std::int32_t>(id);
  }
  const auto found =
      std::ranges::lower_bound(order_, id, {}, [&](std::int32_t row) { return ids_[position(row)]; });
  if (found == order_.end() || ids_[position(*found)] != id) return std::nullopt;
  return *found;
}

std::vector<std::int32_t> JuneIds::rows_of(const Hdf5Reader& file, const std::string& references) const {
  std::vector<std::int32_t> rows;
  for (const std::int64_t id : file.numbers<std::int64_t>(references)) {
    const std::optional<std::int32_t> found = row(id);
    if (!found && id != kJuneMissing)
      file.fail(references, fmt::format("row {} is {}, expected an id of {} or {}", rows.size(), id, dataset_,
                                        kJuneMissing));
    rows.push_back(found.value_or(-1));
  }
  return rows;
}

Attribute june_text_attribute(std::string name, const Hdf5Texts& texts) {
  Attribute attribute{std::move(name), {}, {}};
  Coder coder(attribute);
  attribute.codes.reserve(position(texts.size()));
  for (std::int64_t row = 0; row < texts.size(); ++row) {
    const std::string_view text = texts[row];
    attribute.codes.push_back(coder.code(text.empty() ? kUnknown : text));
  }
  return attribute;
}

Attribute june_attribute_of_place(const Attribute& of_places,
                                  const std::vector<std::int32_t>& place_of_agent) {
  Attribute attribute{of_places.name, of_places.categories, {}};
  Coder coder(attribute);
  attribute.codes.reserve(place_of_agent.size());
  for (const std::int32_t place : place_of_agent)
    attribute.codes.push_back(place < 0 ? coder.code(kUnknown) : of_places.codes[position(place)]);
  return attribute;
}

Attribute june_quintiles(const Hdf5Reader& file, const std::string& dataset) {
  constexpr std::array<double, 4> kEdges{0.2, 0.4, 0.6, 0.8};
  Attribute attribute{"socioeconomic", {"1", "2", "3", "4", "5"}, {}};
  Coder coder(attribute);
  for (const double index : file.numbers<double>(dataset)) {
    if (std::isnan(index) || index == static_cast<double>(kJuneMissing)) {
      attribute.codes.push_back(coder.code(kUnknown));
      continue;
    }
    if (!(index >= 0.0 && index <= 1.0))
      file.fail(dataset,
                fmt::format("row {} is {}, expected an index from 0 to 1", attribute.codes.size(), index));
    attribute.codes.push_back(
        static_cast<std::int32_t>(std::ranges::upper_bound(kEdges, index) - kEdges.begin()));
  }
  return attribute;
}

std::vector<std::int32_t> june_nearest_places(const Hdf5Reader& file, const std::string& dataset, int k) {
  const std::vector<Point> points = read_points(file, dataset);
  if (k < 1 || position(k) > points.size())
    file.fail(dataset, fmt::format("has {} rows, so leisure_nearest = {}, expected from 1 to {}",
                                   points.size(), k, points.size()));
  std::vector<std::int32_t> nearest;
  nearest.reserve(points.size() * position(k));
  std::vector<std::pair<double, std::int32_t>> others(points.size());
  for (std::size_t place = 0; place < points.size(); ++place) {
    for (std::size_t other = 0; other < points.size(); ++other)
      others[other] = {other == place ? -1.0 : squared_chord(points[place], points[other]),
                       static_cast<std::int32_t>(other)};
    std::partial_sort(others.begin(), others.begin() + k, others.end());
    for (int n = 0; n < k; ++n) nearest.push_back(others[position(n)].second);
  }
  return nearest;
}

}  // namespace starling
