#include <algorithm>

#include <fmt/format.h>

#include <starling/abm/series.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/core/nearest_name.hpp>

namespace starling {

namespace {

constexpr const char* kPlace = "SeriesTable";
constexpr std::string_view kCases = "cases";

std::size_t product(std::size_t a, int b) {
  return a * static_cast<std::size_t>(b);
}

std::string described(const SeriesKey& key) {
  return key.by.empty() ? quantity_name(key.quantity) : quantity_name(key.quantity) + " by " + key.by;
}

std::vector<std::string> age_labels(const std::vector<int>& edges) {
  std::vector<std::string> labels;
  for (std::size_t bin = 1; bin < edges.size(); ++bin) labels.push_back(std::to_string(edges[bin]));
  return labels;
}

/// Category of each group in an attribute. [counted groups]
std::vector<int> categories_of(const CaseGroups& groups, const std::string& attribute) {
  const auto found = std::ranges::find(groups.attributes, attribute);
  check_that(found != groups.attributes.end(), kPlace,
             fmt::format("the groups do not tell the attribute \"{}\" apart", attribute));
  const auto place = static_cast<std::size_t>(found - groups.attributes.begin());
  std::vector<int> categories;
  for (const CaseGroup& group : groups.groups) categories.push_back(group.categories[place]);
  return groups.repeated(categories);
}

/// Counted groups and the cells of a series that they count in.
OutcomeGroups outcome_groups(const CaseGroups& groups, const std::vector<int>& cell_of_group, int cells) {
  std::vector<int> ages;
  for (const CaseGroup& group : groups.groups) ages.push_back(group.age_from);
  std::vector<int> statuses;
  for (int status = 0; status < groups.vaccination_statuses; ++status)
    statuses.insert(statuses.end(), groups.groups.size(), status);
  return {groups.repeated(ages), cell_of_group, cells, statuses};
}

}  // namespace

std::string quantity_name(Quantity quantity) {
  if (!quantity) return std::string(kCases);
  switch (*quantity) {  // events in the plural, as people count them
    case Outcome::symptom_onset:
      return "symptom_onsets";
    case Outcome::admission:
      return "admissions";
    case Outcome::death:
      return "deaths";
    default:
      return std::string(outcome_name(*quantity));
  }
}

std::vector<std::string> quantity_names() {
  std::vector<std::string> names{std::string(kCases)};
  for (int k = 0; k < kOutcomes; ++k) names.push_back(quantity_name(static_cast<Outcome>(k)));
  return names;
}

Quantity quantity_named(std::string_view name) {
  if (name == kCases) return std::nullopt;
  for (int k = 0; k < kOutcomes; ++k) {
    if (quantity_name(static_cast<Outcome>(k)) == name) return static_cast<Outcome>(k);
  }
  throw InputError(fmt::format("\"{}\" is no quantity of a series, the nearest known one is \"{}\"", name,
                               nearest_name(name, quantity_names())));
}

bool is_prevalence(Quantity quantity) {
  return quantity && is_prevalence(*quantity);
}

std::string series_name(const SeriesKey& key, std::string_view label) {
  if (key.by.empty()) return quantity_name(key.quantity);
  return fmt::format("{}_by_{}_{}", quantity_name(key.quantity), key.by, label);
}

std::vector<std::string> attributes_of(std::span<const SeriesKey> keys) {
  std::vector<std::string> attributes;
  for (const SeriesKey& key : keys) {
    if (!key.by.empty() && key.by != kByAge && std::ranges::find(attributes, key.by) == attributes.end())
      attributes.push_back(key.by);
  }
  return attributes;
}

SeriesTable::SeriesTable(const CaseGroups& groups, const Population& population,
                         const DiseaseSettings& disease, std::span<const double> record_time_days,
                         const std::vector<int>& age_bin_edges, std::span<const SeriesKey> keys)
    : records_(static_cast<int>(record_time_days.size())),
      groups_(groups.size()),
      counted_groups_(groups.counted()) {
  for (const SeriesKey& key : keys) {
    if (std::ranges::find(keys_, key) != keys_.end()) continue;
    const std::size_t place = partition_of(key.by, groups, population, age_bin_edges);
    Partition& partition = partitions_[place];
    Source source{place, rows_, -1};
    if (key.quantity) {
      source.outcome = static_cast<int>(partition.outcomes.size());
      partition.outcomes.push_back(*key.quantity);
    }
    keys_.push_back(key);
    sources_.push_back(source);
    rows_ += partition.cells();
  }
  for (Partition& partition : partitions_) {
    if (!partition.outcomes.empty())
      partition.expected.emplace(disease, record_time_days,
                                 outcome_groups(groups, partition.cell_of_group, partition.cells()),
                                 partition.outcomes);
  }
}

std::size_t SeriesTable::partition_of(const std::string& by, const CaseGroups& groups,
                                      const Population& population, const std::vector<int>& age_bin_edges) {
  for (std::size_t p = 0; p < partitions_.size(); ++p) {
    if (partitions_[p].by == by) return p;
  }
  Partition partition;
  partition.by = by;
  if (by.empty()) {
    partition.labels = {""};
    partition.cell_of_group.assign(static_cast<std::size_t>(groups.counted()), 0);
  } else if (by == kByAge) {
    partition.labels = age_labels(age_bin_edges);
    partition.cell_of_group = age_bins_of(groups, age_bin_edges);
  } else {
    partition.labels = population.attribute(by).categories;
    partition.cell_of_group = categories_of(groups, by);
  }
  partitions_.push_back(std::move(partition));
  return partitions_.size() - 1;
}

std::size_t SeriesTable::place_of(const SeriesKey& key) const {
  const auto found = std::ranges::find(keys_, key);
  check_that(found != keys_.end(), kPlace, fmt::format("there is no series of {}", described(key)));
  return static_cast<std::size_t>(found - keys_.begin());
}

SeriesRows SeriesTable::rows_of(const SeriesKey& key) const {
  const Source& source = sources_[place_of(key)];
  return {source.first_row, partitions_[source.partition].cells()};
}

const std::vector<std::string>& SeriesTable::labels_of(const SeriesKey& key) const {
  return partitions_[sources_[place_of(key)].partition].labels;
}

void SeriesTable::check_cases(std::size_t new_cases, int width, int lanes) const {
  check_in_range(kPlace, "lanes", lanes, 0, width);
  check_equal_size(kPlace, "new_cases", static_cast<std::int64_t>(new_cases),
                   std::int64_t{records_} * counted_groups_ * width);
}

void SeriesTable::gather(const Source& source, const double* from, int width, int lanes,
                         std::span<double> values) const {
  const int cells = partitions_[source.partition].cells();
  for (int lane = 0; lane < lanes; ++lane) {
    for (int cell = 0; cell < cells; ++cell) {
      double* row = values.data() + product(product(static_cast<std::size_t>(lane), rows_) +
                                                static_cast<std::size_t>(source.first_row + cell),
                                            records_);
      const double* own = from + product(static_cast<std::size_t>(cell), width) + lane;
      for (int t = 0; t < records_; ++t)
        row[t] = own[product(product(static_cast<std::size_t>(t), cells), width)];
    }
  }
}

void SeriesTable::scatter(const Source& source, std::span<const double> values_adj, int width, int lanes,
                          double* to) const {
  const int cells = partitions_[source.partition].cells();
  for (int lane = 0; lane < lanes; ++lane) {
    for (int cell = 0; cell < cells; ++cell) {
      const double* row = values_adj.data() + product(product(static_cast<std::size_t>(lane), rows_) +
                                                          static_cast<std::size_t>(source.first_row + cell),
                                                      records_);
      double* own = to + product(static_cast<std::size_t>(cell), width) + lane;
      for (int t = 0; t < records_; ++t)
        own[product(product(static_cast<std::size_t>(t), cells), width)] += row[t];
    }
  }
}

namespace {

/// Adds groups up over their cells: [blocks][records][groups][width] -> [blocks][records][cells][width].
template <class From, class To>
void add_groups(std::span<const From> from, std::span<const int> cell_of_group, int cells, int width,
                std::span<To> to) {
  const std::size_t groups = cell_of_group.size();
  const std::size_t rows = from.size() / product(groups, width);
  for (std::size_t t = 0; t < rows; ++t) {
    for (std::size_t g = 0; g < groups; ++g) {
      if (cell_of_group[g] < 0) continue;
      const From* own = from.data() + product(t * groups + g, width);
      To* sum = to.data() + product(product(t, cells) + static_cast<std::size_t>(cell_of_group[g]), width);
      for (int lane = 0; lane < width; ++lane) sum[lane] += static_cast<To>(own[lane]);
    }
  }
}

/// The transpose for one block.
void add_cells(std::span<const double> from, const std::vector<int>& cell_of_group, int cells, int width,
               std::span<double> to) {
  const std::size_t groups = cell_of_group.size();
  const std::size_t rows = to.size() / product(groups, width);
  for (std::size_t t = 0; t < rows; ++t) {
    for (std::size_t g = 0; g < groups; ++g) {
      if (cell_of_group[g] < 0) continue;
      const double* own =
          from.data() + product(product(t, cells) + static_cast<std::size_t>(cell_of_group[g]), width);
      double* sum = to.data() + product(t * groups + g, width);
      for (int lane = 0; lane < width; ++lane) sum[lane] += own[lane];
    }
  }
}

}  // namespace

template <class Count>
std::vector<double> SeriesTable::case_sums(const Partition& partition, std::span<const Count> new_cases,
                                           int width) const {
  std::vector<double> sums(block(partition, width), 0.0);
  add_groups<Count, double>(new_cases, partition.cell_of_group, partition.cells(), width, sums);
  return sums;
}

std::vector<double> SeriesTable::sampled_sums(const Partition& partition,
                                              std::span<const std::int64_t> events, int width) const {
  std::vector<std::int64_t> sums(kDiseaseEvents * block(partition, width), 0);
  // Drawn outcomes have been scaled, so that the statuses need not be told apart.
  const auto cell_of_group = std::span(partition.cell_of_group).first(static_cast<std::size_t>(groups_));
  add_groups<std::int64_t, std::int64_t>(events, cell_of_group, partition.cells(), width, sums);
  return outcome_series({partition.outcomes, records_, partition.cells(), width}, sums);
}

template <class Count, class OutcomesOf>
std::vector<double> SeriesTable::collect(std::span<const Count> new_cases, int width, int lanes,
                                         const OutcomesOf& outcomes_of) const {
  check_cases(new_cases.size(), width, lanes);
  std::vector<double> values(product(size(), lanes), 0.0);
  for (std::size_t p = 0; p < partitions_.size(); ++p) {
    const Partition& partition = partitions_[p];
    std::vector<double> cases;
    std::vector<double> outcomes;
    if (partition.expected) outcomes = outcomes_of(partition);
    for (const Source& source : sources_) {
      if (source.partition != p) continue;
      if (source.outcome < 0) cases = case_sums(partition, new_cases, width);
      const double* from = source.outcome < 0
                               ? cases.data()
                               : outcomes.data() + product(block(partition, width), source.outcome);
      gather(source, from, width, lanes, values);
    }
  }
  return values;
}

std::vector<double> SeriesTable::values(std::span<const std::int64_t> new_cases, int width, int lanes,
                                        const OutcomeScales& scales) const {
  return collect(new_cases, width, lanes, [&](const Partition& partition) {
    return partition.expected->apply(new_cases, width, scales);
  });
}

std::vector<double> SeriesTable::values(std::span<const double> new_cases, int width, int lanes,
                                        const OutcomeScales& scales) const {
  return collect(new_cases, width, lanes, [&](const Partition& partition) {
    return partition.expected->apply(new_cases, width, scales);
  });
}

std::vector<double> SeriesTable::sampled_values(std::span<const std::int64_t> new_cases,
                                                std::span<const std::int64_t> events, int width,
                                                int lanes) const {
  check_equal_size(kPlace, "events", static_cast<std::int64_t>(events.size()),
                   std::int64_t{kDiseaseEvents} * records_ * groups_ * width);
  return collect(new_cases, width, lanes,
                 [&](const Partition& partition) { return sampled_sums(partition, events, width); });
}

void SeriesTable::adjoint(std::span<const double> values_adj, int width, int lanes,
                          std::span<double> new_cases_adj, const OutcomeScales& scales) const {
  check_cases(new_cases_adj.size(), width, lanes);
  check_equal_size(kPlace, "values_adj", static_cast<std::int64_t>(values_adj.size()),
                   static_cast<std::int64_t>(product(size(), lanes)));
  for (std::size_t p = 0; p < partitions_.size(); ++p) {
    const Partition& partition = partitions_[p];
    std::vector<double> cases_adj(block(partition, width), 0.0);
    std::vector<double> outcomes_adj(partition.outcomes.size() * block(partition, width), 0.0);
    for (const Source& source : sources_) {
      if (source.partition != p) continue;
      double* to = source.outcome < 0
                       ? cases_adj.data()
                       : outcomes_adj.data() + product(block(partition, width), source.outcome);
      scatter(source, values_adj, width, lanes, to);
    }
    add_cells(cases_adj, partition.cell_of_group, partition.cells(), width, new_cases_adj);
    if (partition.expected) partition.expected->adjoint(outcomes_adj, width, new_cases_adj, scales);
  }
}

}  // namespace starling
