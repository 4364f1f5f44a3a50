#pragma once

#include <array>
#include <span>
#include <vector>

#include <starling/abm/disease_settings.hpp>
#include <starling/abm/outcome_delays.hpp>

namespace starling {

/// How the events of one kind that infections lead to spread over the records: weight(s, t) is the
/// probability that the event of somebody infected at record s, who has it, falls into (time of record t - 1,
/// time of record t]. Records may lie any positive time apart.
class EventWeights {
 public:
  EventWeights() = default;

  /// Applies the weights to rows of numbers: to[t][j] += sum over s of weight(s, t) from[s][j].
  /// Both [records][columns].
  void apply(std::span<const double> from, std::span<double> to) const;
  /// The transpose: from_adj[s][j] += sum over t of weight(s, t) to_adj[t][j].
  void adjoint(std::span<const double> to_adj, std::span<double> from_adj) const;

  [[nodiscard]] double weight(int infection_record, int record) const;

  /// The weights of every kind of event. Throws InputError for times that do not ascend.
  static std::array<EventWeights, kDiseaseEvents> of_disease(const DiseaseSettings& settings,
                                                             std::span<const double> record_time_days);

 private:
  /// The records [first, last) from the first to the last with a weight.
  struct Band {
    std::size_t first = 0;
    std::size_t last = 0;
    void extend_to(std::size_t record) {
      if (first == last) first = record;
      last = record + 1;
    }
  };

  EventWeights(const DelayDistribution& delay, std::span<const double> record_time_days);
  [[nodiscard]] std::size_t records() const { return infections_.size(); }

  std::vector<Band> infections_;  // [records] infection records that lead to an event at a record
  std::vector<Band> events_;      // [infection records] records of the events they lead to
  std::vector<double> weights_;   // [records][infection records]
};

}  // namespace starling
