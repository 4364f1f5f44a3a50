#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

namespace starling::test {

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// The bytes with one to eight of them changed, at places and to values that `seed` decides.
inline std::string with_changed_bytes(std::string bytes, std::uint32_t seed) {
  std::mt19937 random(seed);
  const std::uint32_t changes = 1 + random() % 8;
  for (std::uint32_t k = 0; k < changes; ++k) {
    char& byte = bytes[random() % bytes.size()];
    byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1 + random() % 255));
  }
  return bytes;
}

}  // namespace starling::test
