#pragma once

#include <starling/core/lanes.hpp>
#include <starling/core/random.hpp>
#include <starling/core/reproducible_math.hpp>
#include <starling/kernels/exposure_math.hpp>
#include <starling/kernels/transmission_chains.hpp>

namespace starling {

/// Draws the source of a contact, in proportion to what each infectious agent adds to the exposure.
struct ContactSource {
  const InfectiousContactsArgs& args;
  std::int64_t agent;
  int lane;

  STARLING_HD double part_of(std::int64_t cell) const {
    const auto pressure = static_cast<double>(args.pressure[cell * args.lanes + lane]);
    if (args.isolation.flags == nullptr || cell < args.home_cells) return pressure;
    return static_cast<double>(args.isolation.kept(agent * args.lanes + lane, args.lanes, lane)) * pressure;
  }

  STARLING_HD std::int32_t operator()(double uniform) const {
    const std::int64_t first = args.memberships.offsets[agent];
    const std::int64_t last = args.memberships.offsets[agent + 1];
    double total = 0.0;
    for (std::int64_t k = first; k < last; ++k) total += part_of(args.memberships.indices[k]);
    if (args.imports.pressure_per_day != nullptr)
      total += static_cast<double>(args.imports.pressure_per_day[args.imports.group[agent]]);
    double rest = uniform * total;
    for (std::int64_t k = first; k < last; ++k) {
      const std::int64_t cell = args.memberships.indices[k];
      const double part = part_of(cell);
      if (rest < part) return in_cell(cell, rest / part);
      rest -= part;
    }
    return kNobody;
  }

 private:
  STARLING_HD std::int32_t in_cell(std::int64_t cell, double uniform) const {
    const ExposureBlock* block = args.blocks.blocks;
    while (cell >= block->first_cell + block->cells) ++block;
    return block->only_network >= 0 ? in_plain_cell(cell, uniform) : in_mixed_cell(*block, cell, uniform);
  }

  STARLING_HD const Quanta* transmission(std::int64_t cell) const {
    return (cell < args.home_cells ? args.transmission : args.transmission_outside) + lane;
  }

  STARLING_HD std::int64_t sum_over(std::int64_t cell) const {
    const Quanta* given = transmission(cell);
    std::int64_t sum = 0;
    for (std::int64_t k = args.members.offsets[cell]; k < args.members.offsets[cell + 1]; ++k)
      sum += given[std::int64_t{args.members.indices[k]} * args.lanes];
    return sum;
  }

  STARLING_HD std::int32_t in_plain_cell(std::int64_t cell, double uniform) const {
    const Quanta* given = transmission(cell);
    auto rest = static_cast<std::int64_t>(uniform * static_cast<double>(sum_over(cell)));
    for (std::int64_t k = args.members.offsets[cell]; k < args.members.offsets[cell + 1]; ++k) {
      const std::int32_t member = args.members.indices[k];
      rest -= given[std::int64_t{member} * args.lanes];
      if (rest < 0) return member;
    }
    return kNobody;
  }

  // First the network of the contact, then the class of its source, then the source.
  STARLING_HD std::int32_t in_mixed_cell(const ExposureBlock& block, std::int64_t cell,
                                         double uniform) const {
    const std::int64_t venue = (cell - block.first_cell) / block.classes;
    const std::int64_t own_class = (cell - block.first_cell) % block.classes;
    const std::int64_t table =
        block.first_reception + std::int64_t{args.day_type} * block.networks * block.classes;
    const float* attending = args.attending + (block.first_attending + venue) * args.lanes + lane;
    const auto part = [&](int network) {
      return static_cast<double>(
                 args.blocks.reception[table + std::int64_t{network} * block.classes + own_class]) *
             static_cast<double>(attending[std::int64_t{network} * block.venues * args.lanes]);
    };
    double total = 0.0;
    for (int n = 0; n < block.networks; ++n) total += part(n);
    double rest = uniform * total;
    int network = 0;
    while (network + 1 < block.networks && rest >= part(network)) rest -= part(network++);
    const float* emission = args.blocks.emission + table + std::int64_t{network} * block.classes;
    const std::int64_t first_cell = block.first_cell + venue * block.classes;
    const auto given = [&](int g) {
      return static_cast<double>(emission[g]) * static_cast<double>(sum_over(first_cell + g));
    };
    double sum = 0.0;
    for (int g = 0; g < block.classes; ++g) sum += given(g);
    const double share = part(network) > 0.0 ? rest / part(network) : 0.0;
    double left = share * sum;
    for (int g = 0; g < block.classes; ++g) {
      const double of_class = given(g);
      if (left < of_class) return in_plain_cell(first_cell + g, left / of_class);
      left -= of_class;
    }
    return kNobody;
  }
};

/// The uniforms of the contacts of one agent, step and lane, two a contact.
class ContactUniforms {
 public:
  STARLING_HD ContactUniforms(const InfectionNoise& noise, std::int64_t agent, int step, int lane)
      : noise_(noise),
        agent_(static_cast<std::uint32_t>(agent)),
        step_(static_cast<std::uint32_t>(step)),
        sample_(noise.lane_sample[lane]) {}

  STARLING_HD std::uint32_t next() {
    // Steps end below 2^15: the upper half of the counter's word tells the blocks apart.
    if (used_ % 4 == 0)
      words_ = random_words(noise_.seed, agent_, step_ | (used_ / 4) << 16U, sample_, Draw::contact);
    return words_.choose(used_++);
  }

 private:
  InfectionNoise noise_;
  std::uint32_t agent_;
  std::uint32_t step_;
  std::uint32_t sample_;
  std::uint32_t used_ = 0;
  RandomWords words_{};
};

struct InfectiousContactsBody {
  InfectiousContactsArgs args;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    const std::int64_t base = agent * args.lanes + first;
    if (args.step == 0) {
      for (int l = 0; l < width; ++l) {
        args.chains.infector[base + l] = kNobody;
        args.chains.generation[base + l] = 0;
        args.chains.contacts[base + l] = 0;
      }
      return;
    }
    int infected = 0;
    for (int l = 0; l < width; ++l) infected += args.infection_step[base + l] <= args.step ? 1 : 0;
    if (infected == 0) return;
    float raw[width];
    gather_exposure(args.memberships, args.pressure, args.lanes, agent, first, args.step, args.isolation,
                    args.vaccination, args.imports, raw);
    for (int l = 0; l < width; ++l) {
      if (args.infection_step[base + l] <= args.step && raw[l] > 0.0F)
        draw(agent, first + l, raw[l] * args.duration_days);
    }
  }

 private:
  // Contacts arrive at rate x during the step, whose length is 1.
  STARLING_HD void draw(std::int64_t agent, int lane, float x) const {
    const std::int64_t index = agent * args.lanes + lane;
    ContactUniforms uniforms(args.noise, agent, args.step, lane);
    const ContactSource source{args, agent, lane};
    float time = 0.0F;
    if (args.infection_step[index] == args.step) {
      const float u = uniform_float(uniforms.next());
      time = -reproducible_log(1.0F - u * one_minus_exp_negative(x)) / x;
      infect(index, lane, source(uniform_double(uniforms.next())));
    }
    int contacts = args.chains.contacts[index];
    while (contacts < kKeptContacts) {
      time -= reproducible_log(uniform_float(uniforms.next())) / x;
      const std::uint32_t word = uniforms.next();
      if (!(time < 1.0F)) break;
      const std::int32_t from = source(uniform_double(word));
      if (from == agent || known(agent, lane, contacts, from)) continue;
      const std::int64_t place = (agent * kKeptContacts + contacts++) * args.lanes + lane;
      args.chains.contact_source[place] = from;
      args.chains.contact_step[place] = static_cast<std::int16_t>(args.step);
    }
    args.chains.contacts[index] = static_cast<std::int16_t>(contacts);
  }

  /// Whether a contact with the source is kept already: whatever is taken away, this one stays the later.
  STARLING_HD bool known(std::int64_t agent, int lane, int contacts, std::int32_t source) const {
    for (int c = 0; c < contacts; ++c)
      if (args.chains.contact_source[(agent * kKeptContacts + c) * args.lanes + lane] == source) return true;
    return false;
  }

  STARLING_HD void infect(std::int64_t index, int lane, std::int32_t infector) const {
    args.chains.infector[index] = infector;
    if (infector == kNobody) return;
    const std::int16_t before = args.chains.generation[std::int64_t{infector} * args.lanes + lane];
    args.chains.generation[index] = static_cast<std::int16_t>(before + 1);
  }
};

}  // namespace starling
