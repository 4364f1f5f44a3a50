#include <cstring>
#include <type_traits>

#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/inference/checkpoint.hpp>

namespace starling {

namespace {

constexpr std::string_view kMagic = "STARLING-CHECKPOINT-2\n";

template <class T>
void append(std::string& bytes, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

template <class T>
void append_all(std::string& bytes, const std::vector<T>& values) {
  static_assert(std::is_trivially_copyable_v<T>);
  append(bytes, static_cast<std::uint64_t>(values.size()));
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  T take() {
    T value;
    std::memcpy(&value, take_bytes(sizeof(T)), sizeof(T));
    return value;
  }
  template <class T>
  std::vector<T> take_all() {
    const auto size = take<std::uint64_t>();
    check_that(size <= bytes_.size() / sizeof(T), "checkpoint", "the file is truncated");
    std::vector<T> values(size);
    if (size > 0) std::memcpy(values.data(), take_bytes(size * sizeof(T)), size * sizeof(T));
    return values;
  }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

 private:
  const char* take_bytes(std::size_t size) {
    check_that(size <= bytes_.size(), "checkpoint", "the file is truncated");
    const char* data = bytes_.data();
    bytes_.remove_prefix(size);
    return data;
  }
  std::string_view bytes_;
};

}  // namespace

std::uint64_t fingerprint_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

std::string write_checkpoint(const VariationalState& state, std::uint64_t fingerprint) {
  std::string bytes(kMagic);
  append(bytes, fingerprint);
  append(bytes, state.seed);
  append_all(bytes, state.start);
  append(bytes, state.first_temper);
  append(bytes, state.clipped);
  append(bytes, state.optimizer.iterates_summed);
  append_all(bytes, state.optimizer.parameters);
  append_all(bytes, state.optimizer.first_moment);
  append_all(bytes, state.optimizer.second_moment);
  append_all(bytes, state.optimizer.iterate_sum);
  append_all(bytes, state.history);
  append(bytes, fingerprint_of(bytes));
  return bytes;
}

VariationalState read_checkpoint(std::string_view bytes, std::uint64_t fingerprint) {
  check_that(bytes.substr(0, kMagic.size()) == kMagic, "checkpoint",
             "this is not a checkpoint of this version of the program");
  check_that(bytes.size() >= kMagic.size() + sizeof(std::uint64_t), "checkpoint", "the file is truncated");
  const std::string_view body = bytes.substr(0, bytes.size() - sizeof(std::uint64_t));
  Reader end(bytes.substr(body.size()));
  check_that(end.take<std::uint64_t>() == fingerprint_of(body), "checkpoint",
             "the checksum does not fit: the file is truncated or damaged");
  Reader reader(body.substr(kMagic.size()));
  check_that(reader.take<std::uint64_t>() == fingerprint, "checkpoint",
             "it belongs to another configuration or seed; run without --resume to start anew");
  VariationalState state;
  state.seed = reader.take<std::uint64_t>();
  state.start = reader.take_all<double>();
  state.first_temper = reader.take<double>();
  state.clipped = reader.take<std::int64_t>();
  state.optimizer.iterates_summed = reader.take<std::int64_t>();
  state.optimizer.parameters = reader.take_all<double>();
  state.optimizer.first_moment = reader.take_all<double>();
  state.optimizer.second_moment = reader.take_all<double>();
  state.optimizer.iterate_sum = reader.take_all<double>();
  state.history = reader.take_all<EpochRecord>();
  check_that(reader.empty(), "checkpoint", "there are bytes too many");
  return state;
}

}  // namespace starling
