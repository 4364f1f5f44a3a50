#include <starling/abm/pressure_tangents.hpp>
#include <starling/core/check.hpp>
#include <starling/kernels/class_mixing_tangent.hpp>
#include <starling/kernels/tangent_columns.hpp>
#include <starling/kernels/venue_pressure_tangent.hpp>

namespace starling {

PressureTangents::PressureTangents(const World<float>& world, int lanes, int columns)
    : lanes_(lanes),
      columns_(columns),
      pressure_tangent_(world.exec(), world.cells() * columns),
      attending_tangent_(world.exec(), world.attending_rows() * columns),
      partial_(world.exec(), world.partials() * columns) {
  check_that(columns > 0 && columns % kTileColumns == 0, "PressureTangents", "columns must be whole tiles");
}

void PressureTangents::compute(const World<float>& world, const SampledPressureField& field,
                               const Meetings& meetings, HomeAndOutside<float> transmission_tangent,
                               const float* rate_per_day, const float* log_rate_tangent) {
  for (int b = 0; b < world.blocks(); ++b) {
    const CellBlock& block = world.block(b);
    if (!meets(block, meetings)) {
      world.exec().fill_zero(pressure_tangent_.data() + block.first_cell * columns_,
                             block.cells * columns_ * static_cast<std::int64_t>(sizeof(float)));
      continue;
    }
    // Of a plain block the rate of its only network; the classes of the others are mixed later.
    const std::int64_t network = block.mixing.networks.front();
    kernels::venue_pressure_tangent(
        world.exec(), {.venues = world.venue_view(b),
                       .lanes = lanes_,
                       .columns = columns_,
                       .transmission_tangent = transmission_tangent.in(block),
                       .rate_per_day = block.plain ? rate_per_day + network * lanes_ : nullptr,
                       .log_rate_tangent = block.plain ? log_rate_tangent + network * columns_ : nullptr,
                       .pressure = field.pressure(),
                       .partial = partial_.data(),
                       .pressure_tangent = pressure_tangent_.data()});
    if (!block.plain) mix(world, b, field, meetings, rate_per_day, log_rate_tangent);
  }
}

void PressureTangents::mix(const World<float>& world, int index, const SampledPressureField& field,
                           const Meetings& meetings, const float* rate_per_day,
                           const float* log_rate_tangent) {
  const CellBlock& block = world.block(index);
  const ClassMixingArgs<float> mixing = world.class_mixing(index, meetings.day_type);
  kernels::class_mixing_tangent(
      world.exec(), {.venues = mixing.venues,
                     .classes = mixing.classes,
                     .networks = mixing.networks,
                     .lanes = lanes_,
                     .columns = columns_,
                     .emission = mixing.emission,
                     .reception = mixing.reception,
                     .contact = mixing.contact,
                     .rate_per_day = rate_per_day,
                     .log_rate_tangent = log_rate_tangent,
                     .rate_row = mixing.rate_row,
                     .attending = field.attending() + block.first_attending * lanes_,
                     .cells_tangent = pressure_tangent_.data() + block.first_cell * columns_,
                     .attending_tangent = attending_tangent_.data() + block.first_attending * columns_});
}

}  // namespace starling
