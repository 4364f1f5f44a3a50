#include <algorithm>

#include <starling/core/check.hpp>
#include <starling/core/random.hpp>
#include <starling/examples/sir_graph.hpp>

namespace starling::examples {

namespace {

/// The contacts of agent a are senders[offsets[a]] … senders[offsets[a + 1] - 1].
struct ContactLists {
  std::vector<std::int64_t> offsets;
  std::vector<std::int32_t> senders;
};

ContactLists contact_lists(const ContactGraph& graph) {
  std::vector<std::vector<std::int32_t>> contacts(static_cast<std::size_t>(graph.agents));
  for (const auto& [a, b] : graph.pairs) {
    check_index("SirGraph", "pairs", a, graph.agents);
    check_index("SirGraph", "pairs", b, graph.agents);
    contacts[static_cast<std::size_t>(a)].push_back(b);
    contacts[static_cast<std::size_t>(b)].push_back(a);
  }
  ContactLists lists{{0}, {}};
  for (const std::vector<std::int32_t>& of_agent : contacts) {
    lists.senders.insert(lists.senders.end(), of_agent.begin(), of_agent.end());
    lists.offsets.push_back(static_cast<std::int64_t>(lists.senders.size()));
  }
  return lists;
}

}  // namespace

ContactGraph random_graph(std::int64_t agents, double mean_contacts, std::uint64_t seed) {
  check_positive("random_graph", "agents", static_cast<double>(agents));
  const double probability = mean_contacts / static_cast<double>(std::max<std::int64_t>(agents - 1, 1));
  check_in_range("random_graph", "mean_contacts / (agents - 1)", probability, 0.0, 1.0);
  ContactGraph graph{checked_int32("random_graph", "agents", agents), {}};
  for (std::int32_t a = 0; a < graph.agents; ++a) {
    for (std::int32_t b = 0; b < a; ++b) {
      const std::uint32_t word = random_word(seed, static_cast<std::uint32_t>(a),
                                             static_cast<std::uint32_t>(b), 0, Draw::population);
      if (uniform_double(word) < probability) graph.pairs.emplace_back(a, b);
    }
  }
  return graph;
}

SirGraph::SirGraph(const Exec& exec, const ContactGraph& graph, const Settings& settings,
                   GradientHorizon horizon)
    : settings_(settings),
      horizon_(horizon),
      senders_(exec, contact_lists(graph).senders, graph.agents),
      receivers_(exec, contact_lists(graph).offsets) {}

}  // namespace starling::examples
