#pragma once

// Everything a user of the tape needs.
#include <starling/autodiff/elementwise.hpp>
#include <starling/autodiff/gradient_check.hpp>
#include <starling/autodiff/gradient_horizon.hpp>
#include <starling/autodiff/linear.hpp>
#include <starling/autodiff/rearrange.hpp>
#include <starling/autodiff/reduction.hpp>
#include <starling/autodiff/tape.hpp>
