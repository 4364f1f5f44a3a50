#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <starling/app/disease_keys.hpp>
#include <starling/app/toml_entries.hpp>

#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("app");

namespace {

using namespace starling::app;

const std::vector<Key<Configuration>>& keys() {
  static const std::vector<Key<Configuration>> all = [] {
    std::vector<Key<Configuration>> result;
    add_disease_keys(result);
    return result;
  }();
  return all;
}

/// Applies "key=value" to a configuration; false when the value is not allowed.
bool set(Configuration& configuration, const std::string& assignment) {
  const std::vector<TomlEntry> entries = read_override(assignment);
  REQUIRE(entries.size() == 1);
  const auto key =
      std::find_if(keys().begin(), keys().end(), [&](const auto& k) { return k.name == entries[0].path; });
  REQUIRE(key != keys().end());
  return entries[0].value && key->set(configuration, *entries[0].value);
}

}  // namespace

TEST_CASE("lists of a TOML file may mix whole and other numbers") {
  using Reals = std::vector<double>;
  const auto value = [](const std::string& text) { return read_override("x=" + text)[0].value; };
  CHECK(std::get<Reals>(*value("[0.5, 1, 0]")) == Reals{0.5, 1.0, 0.0});
  CHECK(std::get<Reals>(*value("[1, 0.25]")) == Reals{1.0, 0.25});
  CHECK(std::get<std::vector<std::int64_t>>(*value("[1, 0]")) == std::vector<std::int64_t>{1, 0});
  CHECK_FALSE(value("[1, \"a\"]"));
  CHECK_FALSE(value("[0.5, true]"));
  CHECK(to_text(ConfigurationValue(Reals{0.5, 0.25})) == "[0.5, 0.25]");
}

TEST_CASE("every key of [disease] takes back the value that it gives") {
  const Configuration defaults;
  Configuration configuration;
  for (const auto& key : keys()) {
    CHECK(key.name.starts_with("disease."));
    CHECK(key.set(configuration, key.get(defaults)));
    CHECK(key.get(configuration) == key.get(defaults));
  }
  CHECK(keys().size() == 5 + 2 * 9);
}

TEST_CASE("keys of [disease] set the course of the disease") {
  Configuration configuration;
  const auto& disease = configuration.epidemic.disease;
  CHECK(set(configuration, "disease.age_bands=[0, 18, 65]"));
  CHECK(set(configuration, "disease.symptomatic=[0.5, 1, 0.75]"));
  CHECK(set(configuration, "disease.severe=[0, 1, 1]"));
  CHECK(set(configuration, "disease.critical=1"));
  CHECK(set(configuration, "disease.fatal=0.25"));
  CHECK(set(configuration, "disease.onset_to_admission_mean_days=5"));
  CHECK(set(configuration, "disease.severe_recovery_sd_days=2.5"));
  CHECK(disease.age_bands == std::vector<int>{0, 18, 65});
  CHECK(disease.symptomatic == std::vector<double>{0.5, 1.0, 0.75});
  CHECK(disease.severe == std::vector<double>{0.0, 1.0, 1.0});
  CHECK(disease.critical == std::vector<double>{1.0});
  CHECK(disease.fatal == std::vector<double>{0.25});
  CHECK(disease.onset_to_admission.mean_days == 5.0);
  CHECK(disease.severe_recovery.sd_days == 2.5);
  starling::check_disease(disease);
}

TEST_CASE("keys of [disease] refuse what cannot be") {
  Configuration configuration;
  for (const char* assignment :
       {"disease.age_bands=[5, 10]", "disease.age_bands=[0, 10, 10]", "disease.age_bands=[0, 100]",
        "disease.age_bands=[]", "disease.age_bands=[0, 10.5]", "disease.severe=[0.5, 1.5]",
        "disease.severe=[]", "disease.severe=[-0.1]", "disease.severe=\"high\"", "disease.severe=nan",
        "disease.latent_mean_days=0", "disease.latent_sd_days=-1"})
    CHECK_FALSE(set(configuration, assignment));
}

TEST_SUITE_END();
