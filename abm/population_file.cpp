#include <charconv>
#include <cstdint>
#include <fstream>

#include <fmt/format.h>

#include <starling/abm/file_aside.hpp>
#include <starling/abm/hdf5_file.hpp>
#include <starling/abm/population_file.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

constexpr int kFormatVersion = 1;
constexpr std::size_t kUserBlockBytes = 512;
constexpr std::string_view kMagic = "starling population ";

// What stands in the user block: of the bytes behind it, their number and FNV-1a.
struct Seal {
  int version = kFormatVersion;
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0xcbf29ce484222325ULL;
};

std::string to_block(const Seal& seal) {
  std::string text =
      fmt::format("{}{}\nbytes {}\nchecksum {:016x}\n", kMagic, seal.version, seal.bytes, seal.checksum);
  text.resize(kUserBlockBytes, '\0');
  return text;
}

// What the block says; a part that is not there is left 0, and then to_block gives another block.
Seal from_block(std::string_view block) {
  Seal seal{0, 0, 0};
  const auto number_after = [&](std::string_view word, auto& number, int base) {
    const std::size_t found = block.find(word);
    if (found == std::string_view::npos) return;
    const char* first = block.data() + found + word.size();
    std::from_chars(first, block.data() + block.size(), number, base);
  };
  number_after(kMagic, seal.version, 10);
  number_after("\nbytes ", seal.bytes, 10);
  number_after("\nchecksum ", seal.checksum, 16);
  return seal;
}

void add_to_seal(Seal& seal, std::string_view bytes) {
  for (const char byte : bytes)
    seal.checksum = (seal.checksum ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
  seal.bytes += bytes.size();
}

// The seal of what is left of the file.
Seal seal_of_rest(std::ifstream& file) {
  std::vector<char> piece(std::size_t{1} << 20);
  Seal seal;
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())), file.gcount() > 0)
    add_to_seal(seal, {piece.data(), static_cast<std::size_t>(file.gcount())});
  return seal;
}

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& message) {
  throw InputError(fmt::format("{}: {}", path.string(), message));
}

// Holds size and checksum against the user block.
void check_seal(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string block(kUserBlockBytes, '\0');
  if (!std::filesystem::is_regular_file(path) || !file)
    fail(path, "cannot be opened, expected a population file");
  file.read(block.data(), static_cast<std::streamsize>(block.size()));
  block.resize(static_cast<std::size_t>(file.gcount()));
  if (!block.starts_with(kMagic))
    fail(path, fmt::format("not a population file, expected one that begins with \"{}\"", kMagic));
  const Seal said = from_block(block);
  if (said.version != kFormatVersion)
    fail(path, fmt::format("format version {}, expected {}", said.version, kFormatVersion));
  const Seal found = seal_of_rest(file);
  if (found.bytes != said.bytes)
    fail(path, fmt::format("{} bytes behind the first {}, expected {}: it is truncated or damaged",
                           found.bytes, kUserBlockBytes, said.bytes));
  if (block != to_block(found))
    fail(path,
         fmt::format("checksum {:016x}, expected {:016x}: it is damaged", found.checksum, said.checksum));
}

std::vector<std::string> read_texts(const Hdf5Reader& file, const std::string& dataset) {
  const Hdf5Texts texts = file.texts(dataset);
  std::vector<std::string> result;
  for (std::int64_t row = 0; row < texts.size(); ++row) result.emplace_back(texts.with_blanks(row));
  return result;
}

std::string attribute_folder(std::size_t n) {
  return fmt::format("attributes/{}/", n);
}

Population read_contents(const Hdf5Reader& file) {
  Population population;
  const std::vector<std::string> area = read_texts(file, "area");
  if (area.size() != 1) file.fail("area", fmt::format("has {} texts, expected 1", area.size()));
  population.area = area.front();
  population.age_years = file.numbers<std::uint8_t>("age_years");
  for (std::string& name : read_texts(file, "attributes/names")) {
    const std::string folder = attribute_folder(population.attributes.size());
    population.attributes.push_back({std::move(name), read_texts(file, folder + "categories"),
                                     file.numbers<std::int32_t>(folder + "codes")});
  }
  population.venue_types = read_texts(file, "venue_types");
  population.venue_type_offsets = file.numbers<std::int64_t>("venue_type_offsets");
  population.members.offsets = file.numbers<std::int64_t>("members/offsets");
  population.members.indices = file.numbers<std::int32_t>("members/indices");
  population.people = file.numbers<std::int32_t>("people");
  return population;
}

}  // namespace

void write_population_file(const std::filesystem::path& path, const Population& population) {
  Hdf5Writer file(kUserBlockBytes);
  const auto texts = [&](const std::string& dataset, const std::vector<std::string>& values) {
    file.write_texts(dataset, values);
  };
  const auto numbers = [&]<class T>(const std::string& dataset, const std::vector<T>& values) {
    file.write(dataset, std::span<const T>(values));
  };
  texts("area", {population.area});
  numbers("age_years", population.age_years);
  std::vector<std::string> names;
  for (const Attribute& attribute : population.attributes) {
    const std::string folder = attribute_folder(names.size());
    names.push_back(attribute.name);
    texts(folder + "categories", attribute.categories);
    numbers(folder + "codes", attribute.codes);
  }
  texts("attributes/names", names);
  texts("venue_types", population.venue_types);
  numbers("venue_type_offsets", population.venue_type_offsets);
  numbers("members/offsets", population.members.offsets);
  numbers("members/indices", population.members.indices);
  numbers("people", population.people);
  const std::string bytes = file.finish();
  Seal seal;
  add_to_seal(seal, bytes);
  FileAside aside(path);
  aside.write(to_block(seal));
  aside.write(bytes);
  aside.finish();
}

Population read_population_file(const std::filesystem::path& path) {
  if (hdf5_available()) check_seal(path);
  const Hdf5Reader file(path);
  Population population = read_contents(file);
  try {
    population.memberships = transpose(population.members, population.agents());
    validate(population);
  } catch (const InputError& error) {
    fail(path, error.what());
  }
  return population;
}

}  // namespace starling
