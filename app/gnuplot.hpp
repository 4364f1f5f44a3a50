#pragma once

#include <span>
#include <string>
#include <vector>

#include <starling/app/output_folder.hpp>

namespace starling::app {

/// A picture as gnuplot commands, data included, without terminal and output.
struct PlotScript {
  std::string name;     // of the files: <name>.svg, <name>.png
  std::string caption;  // one sentence that says what is shown
  int width_px = 800;
  int height_px = 480;
  std::string commands;
};

struct RenderedPlot {
  std::string name;
  std::string caption;
  std::string svg;      // the <svg> element, ready to stand in HTML; empty when the picture is missing
  std::string problem;  // why it is missing
};

/// Draws each script as SVG and PNG into the folder. Never throws for want of gnuplot: a picture that cannot
/// be drawn comes back with its problem.
std::vector<RenderedPlot> render_plots(std::span<const PlotScript> scripts, const OutputFolder& folder);

/// Text as it stands, in a gnuplot string that knows about markup.
std::string gnuplot_text(std::string_view text);
/// A single-quoted gnuplot string.
std::string gnuplot_quote(std::string_view text);

}  // namespace starling::app
