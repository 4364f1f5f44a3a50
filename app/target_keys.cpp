#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/app/key_builders.hpp>
#include <starling/app/target_keys.hpp>
#include <starling/core/error.hpp>
#include <starling/core/nearest_name.hpp>

namespace starling::app {
namespace {

constexpr std::string_view kTable = "calibrate.targets";

using Keys = std::vector<Key<TargetSettings>>;

bool set_quantity(TargetSettings& target, const ConfigurationValue& value) {
  const auto* name = std::get_if<std::string>(&value);
  if (name == nullptr) return false;
  try {
    target.series.key.quantity = quantity_named(*name);
  } catch (const InputError&) {
    return false;
  }
  return true;
}

void add_series_keys(Keys& keys) {
  keys.push_back({"quantity", fmt::format("one of {}", fmt::join(quantity_names(), ", ")), "what is counted",
                  set_quantity, [](const TargetSettings& t) -> ConfigurationValue {
                    return quantity_name(t.series.key.quantity);
                  }});
  keys.push_back(text_key<TargetSettings>(
      "by", [](auto& t) -> auto& { return t.series.key.by; }, any_text,
      "\"\" for everyone, \"age\", or an attribute of the population",
      "one series for each part of the population"));
  keys.push_back(choice_key<TargetSettings>(
      "form", [](auto& t) -> auto& { return t.series.form; },
      std::vector<std::pair<std::string, SeriesForm>>{{"daily", SeriesForm::daily},
                                                      {"weekly", SeriesForm::weekly},
                                                      {"cumulative", SeriesForm::cumulative}},
      "how the series is summed up before it is compared"));
  keys.push_back(text_key<TargetSettings>(
      "from", [](auto& t) -> auto& { return t.series.from; }, is_iso_date, "a date such as 2020-03-16",
      "first date that is fitted"));
  keys.push_back(text_key<TargetSettings>(
      "until", [](auto& t) -> auto& { return t.series.until; }, is_iso_date, "a date such as 2020-06-10",
      "first date that is no longer fitted; later ones check the prediction"));
  keys.push_back(number_key<TargetSettings>(
      "factor", [](auto& t) -> auto& { return t.series.factor; }, positive, "above 0",
      "simulated values are multiplied by it; by default 1 / population.scale for a file that is observed"));
  keys.back().set = [set = keys.back().set](TargetSettings& target, const ConfigurationValue& value) {
    target.own_factor = true;
    return set(target, value);
  };
  keys.push_back(text_key<TargetSettings>(
      "observed", [](auto& t) -> auto& { return t.observed; }, not_empty,
      "\"synthetic\" or the path of a CSV file with a column date", "what was observed"));
}

void add_loss_keys(Keys& keys) {
  keys.push_back(choice_key<TargetSettings>(
      "loss", [](auto& t) -> auto& { return t.loss; },
      std::vector<std::pair<std::string, TargetLoss>>{{"negative_binomial", TargetLoss::negative_binomial},
                                                      {"poisson", TargetLoss::poisson},
                                                      {"log_mse", TargetLoss::log_mse},
                                                      {"mse", TargetLoss::mse},
                                                      {"relative", TargetLoss::relative}},
      "likelihood or distance between simulated and observed series"));
  keys.push_back(number_key<TargetSettings>(
      "dispersion", [](auto& t) -> auto& { return t.dispersion; }, positive, "above 0",
      "k of the negative binomial, whose variance is mean + mean^2 / k"));
  keys.push_back(boolean_key<TargetSettings>(
      "calibrate_dispersion", [](auto& t) -> auto& { return t.calibrate_dispersion; },
      "log k is a parameter, targets.<name>.log_dispersion"));
  keys.push_back(boolean_key<TargetSettings>(
      "composition", [](auto& t) -> auto& { return t.composition; },
      "only how each observed total divides over ages or areas is fitted, for counts of which a part is "
      "reported"));
  keys.push_back(number_key<TargetSettings>(
      "weight", [](auto& t) -> auto& { return t.weight; }, not_negative, "of at least 0",
      "factor of the target's loss; 0: not fitted, it checks the prediction"));
}

const Keys& target_keys() {
  static const Keys keys = [] {
    Keys all;
    add_series_keys(all);
    add_loss_keys(all);
    return all;
  }();
  return keys;
}

[[noreturn]] void refuse(const TomlEntry& entry, const std::string& expected) {
  throw InputError(fmt::format("{}: {} = {}, expected {}", entry.place, entry.path,
                               entry.empty_table ? "an empty table" : entry.text, expected));
}

TargetSettings& target_named(std::vector<TargetSettings>& targets, const std::string& name) {
  const auto found = std::ranges::find(targets, name, &TargetSettings::name);
  if (found != targets.end()) return *found;
  targets.emplace_back();
  targets.back().name = name;
  return targets.back();
}

void set_key(TargetSettings& target, const std::string& name, const TomlEntry& entry) {
  const auto key = std::ranges::find(target_keys(), name, &Key<TargetSettings>::name);
  if (key == target_keys().end()) {
    std::vector<std::string> known;
    for (const auto& one : target_keys())
      known.push_back(fmt::format("{}.{}.{}", kTable, target.name, one.name));
    throw InputError(fmt::format("{}: unknown key {}, the nearest known key is {}", entry.place, entry.path,
                                 nearest_name(entry.path, known)));
  }
  if (!entry.value || !key->set(target, *entry.value)) refuse(entry, key->allowed);
}

/// Dates that were not given have no value to show.
bool is_absent(const TargetSettings& target, const std::string& key) {
  return (key == "from" && target.series.from.empty()) || (key == "until" && target.series.until.empty());
}

}  // namespace

bool apply_target_entry(std::vector<TargetSettings>& targets, const TomlEntry& entry,
                        const std::filesystem::path& folder) {
  if (entry.path == kTable && entry.empty_table) return true;
  if (!entry.path.starts_with(fmt::format("{}.", kTable))) return false;
  const std::string rest = entry.path.substr(kTable.size() + 1);
  const std::size_t dot = rest.find('.');
  if (dot == std::string::npos) {
    if (!entry.empty_table) refuse(entry, "a table such as [calibrate.targets.deaths]");
    (void)target_named(targets, rest);
    return true;
  }
  TargetSettings& target = target_named(targets, rest.substr(0, dot));
  const std::string key = rest.substr(dot + 1);
  set_key(target, key, entry);
  if (key == "observed" && entry.place != "--set" && target.observed != "synthetic")
    target.observed = (folder / target.observed).lexically_normal().string();
  return true;
}

void check_targets(const std::vector<TargetSettings>& targets, const std::string& file) {
  for (const TargetSettings& target : targets) {
    try {
      check_target(target);
    } catch (const InputError& error) {
      throw InputError(fmt::format("{}: {}", file, error.what()));
    }
  }
}

std::vector<std::pair<std::string, ConfigurationValue>> target_entries(
    const std::vector<TargetSettings>& targets) {
  std::vector<std::pair<std::string, ConfigurationValue>> entries;
  for (const TargetSettings& target : targets) {
    for (const auto& key : target_keys()) {
      if (!is_absent(target, key.name))
        entries.emplace_back(fmt::format("{}.{}.{}", kTable, target.name, key.name), key.get(target));
    }
  }
  return entries;
}

std::string describe_target_keys() {
  std::string text;
  const TargetSettings defaults;
  for (const auto& key : target_keys())
    text += fmt::format("{}.<name>.{}\n    {}: {}; default {}\n", kTable, key.name, key.help, key.allowed,
                        is_absent(defaults, key.name) ? "none" : to_text(key.get(defaults)));
  return text;
}

}  // namespace starling::app
