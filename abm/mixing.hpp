#pragma once

#include <cstdint>
#include <vector>

#include <starling/abm/network_settings.hpp>
#include <starling/abm/population.hpp>

namespace starling {

/// The networks that meet in the venues of one type, and the classes of people they tell apart: agents of a
/// class take part in each of these networks with the same probability on every day. A venue and a class make
/// a cell. The pressure on the members of class g in venue v is
///   sum over the networks n of  rate_n contact_n(v) reception_n(g) sum over g' of emission_n(g') T(v, g')
/// with T(v, g') the sum of the infectiousness of the members of class g': all networks of a venue type cost
/// one pass over its members, however many they are.
struct VenueMixing {
  int venue_type = 0;
  bool at_home = false;       // quarantine does not keep people away
  std::vector<int> networks;  // indices into the configured networks
  int classes = 1;
  std::vector<std::uint8_t> agent_class;  // [agents], empty for a single class
  std::vector<double> emission;           // [day types][networks here][classes]
  std::vector<double> reception;          // [day types][networks here][classes]
  std::vector<double> contact;            // [day types][networks here][venues of the type]

  /// One network in which every member takes part: pressure = rate contact(v) sum of T.
  [[nodiscard]] bool plain() const;
  [[nodiscard]] std::int64_t class_of(std::int64_t agent) const {
    return agent_class.empty() ? 0 : agent_class[static_cast<std::size_t>(agent)];
  }
};

/// How the configured networks use the population's venues: one entry for every venue type that any of them
/// uses, those at home first. Throws InputError for networks of one name, for a venue type the population
/// lacks, for probabilities outside [0, 1], for attendance that depends on the sex of a population that has
/// no such attribute, and for networks in the same venues that disagree about `at_home`.
std::vector<VenueMixing> mix_networks(const Population& population,
                                      const std::vector<NetworkSettings>& networks);

/// Probability that two people in a venue of so many (expected) meet: 1 / (people - 1) within [0, 1]; 1 for a
/// single person, 0 for an empty venue.
double contact_probability(double people);

}  // namespace starling
