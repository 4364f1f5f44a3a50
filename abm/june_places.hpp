#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <starling/abm/hdf5_file.hpp>
#include <starling/abm/population.hpp>

namespace starling {

/// How a JUNE world writes a missing integer; a missing text is blank.
inline constexpr std::int64_t kJuneMissing = -999;

/// The rows of a dataset of ids.
class JuneIds {
 public:
  /// Throws InputError for an id that stands twice, unless only its `first` row counts.
  enum class Twice { refused, first };
  JuneIds(const Hdf5Reader& file, std::string dataset, Twice twice = Twice::refused);

  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(ids_.size()); }
  /// Row of the id, nothing when there is none.
  [[nodiscard]] std::optional<std::int32_t> row(std::int64_t id) const;
  /// Rows of the ids in a dataset of references, -1 where one is missing. Throws InputError naming the first
  /// that does not exist.
  [[nodiscard]] std::vector<std::int32_t> rows_of(const Hdf5Reader& file,
                                                  const std::string& references) const;
  [[nodiscard]] const std::string& dataset() const { return dataset_; }

 private:
  std::string dataset_;
  std::vector<std::int64_t> ids_;    // [rows]
  std::vector<std::int32_t> order_;  // [rows] rows by ascending id; empty when ids are row numbers
};

/// Codes of texts or numbers, categories in the order they are met. Blank is "unknown".
Attribute june_text_attribute(std::string name, const Hdf5Texts& texts);

/// What people have from a place they belong to: the place's category, "unknown" for those without a place.
Attribute june_attribute_of_place(const Attribute& of_places,
                                  const std::vector<std::int32_t>& place_of_agent);

/// Socioeconomic quintile of each area, "1" (lowest index) to "5": fifths of [0, 1], closed below and open
/// above, except that exactly 1 belongs to the last. (GradABM-JUNE puts exactly 1 into a sixth.)
Attribute june_quintiles(const Hdf5Reader& file, const std::string& dataset);

/// The k super areas nearest to each, itself first, by haversine distance of (latitude, longitude) in
/// degrees; ties go to the lower row. Throws InputError for coordinates out of range and for k above the
/// number of super areas.
std::vector<std::int32_t> june_nearest_places(const Hdf5Reader& file, const std::string& dataset,
                                              int k);  // [super areas][k]

}  // namespace starling
