#pragma once

#include <cstdint>

#include <starling/core/random.hpp>
#include <starling/core/reproducible_math.hpp>
#include <starling/core/reproducible_normal.hpp>
#include <starling/kernels/disease_course.hpp>

namespace starling {

STARLING_HD inline float delay_days(std::uint32_t word, LogDelay delay) {
  return reproducible_exp(detail::fma_float(delay.sd, reproducible_normal(word), delay.mean));
}

/// Days from infection to the onset of symptoms in the course below, also for those who never have any.
STARLING_HD inline float symptom_onset_days(std::uint64_t seed, std::uint32_t sample, std::uint32_t agent,
                                            const LogDelay& latent, const LogDelay& presymptomatic) {
  const RandomWords words = random_words(seed, agent, 0, sample, Draw::disease);
  return delay_days(words.word[1], latent) + delay_days(words.word[2], presymptomatic);
}

/// Probabilities of an infection whose probability of symptoms, and so of everything behind, keeps the share
/// symptoms_left[lane]; all of them where `symptoms_left` is null.
STARLING_HD inline ReachProbabilities reach_left(const ReachProbabilities& reach, const float* symptoms_left,
                                                 int lane) {
  if (symptoms_left == nullptr) return reach;
  const float left = symptoms_left[lane];
  return {left * reach.symptomatic, left * reach.severe, left * reach.critical, left * reach.dead};
}

/// The course of the infection of `agent` in a sample: a pure function of (seed, sample, agent), so nothing
/// is stored for an agent. One uniform decides the furthest stage, u < reach of that stage; a further word
/// for each stage passed gives the time spent in it. Mild courses cost one Philox block, severe ones two.
STARLING_HD inline DiseaseCourse disease_course(std::uint64_t seed, std::uint32_t sample, std::uint32_t agent,
                                                const ReachProbabilities& reach,
                                                const DiseaseDelays& delays) {
  const RandomWords words = random_words(seed, agent, 0, sample, Draw::disease);
  const float u = uniform_float(words.word[0]);
  DiseaseCourse course;
  float now = delay_days(words.word[1], delays.exposed);
  course.infectious_days = now;

  const bool symptomatic = u < reach.symptomatic;
  now += delay_days(words.word[2], symptomatic ? delays.infectious : delays.infectious_recovery);
  if (!symptomatic) {
    course.recovered_days = now;
    return course;
  }
  course.symptomatic_days = now;

  const bool severe = u < reach.severe;
  now += delay_days(words.word[3], severe ? delays.symptomatic : delays.symptomatic_recovery);
  if (!severe) {
    course.recovered_days = now;
    return course;
  }
  course.severe_days = now;

  const RandomWords more = random_words(seed, agent, 1, sample, Draw::disease);
  const bool critical = u < reach.critical;
  now += delay_days(more.word[0], critical ? delays.severe : delays.severe_recovery);
  if (!critical) {
    course.recovered_days = now;
    return course;
  }
  course.critical_days = now;

  const bool dead = u < reach.dead;
  now += delay_days(more.word[1], dead ? delays.critical : delays.critical_recovery);
  course.dead_days = dead ? now : DiseaseCourse::kNever;
  course.recovered_days = dead ? DiseaseCourse::kNever : now;
  return course;
}

}  // namespace starling
