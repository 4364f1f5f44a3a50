#pragma once

// Everything a user of the tape needs.
#include <starling/autodiff/checkpoint.hpp>
#include <starling/autodiff/cumulative_sum.hpp>
#include <starling/autodiff/derivatives.hpp>
#include <starling/autodiff/elementwise.hpp>
#include <starling/autodiff/gradient_check.hpp>
#include <starling/autodiff/indexing.hpp>
#include <starling/autodiff/linear.hpp>
#include <starling/autodiff/matmul.hpp>
#include <starling/autodiff/quantile.hpp>
#include <starling/autodiff/random.hpp>
#include <starling/autodiff/rearrange.hpp>
#include <starling/autodiff/reduction.hpp>
#include <starling/autodiff/slicing.hpp>
#include <starling/autodiff/tape.hpp>
