#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/app/configuration_value.hpp>

namespace starling::app {

std::string to_text(const ConfigurationValue& value) {
  struct Printer {
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
    std::string operator()(double number) const { return fmt::format("{}", number); }
    std::string operator()(const std::string& text) const { return fmt::format("\"{}\"", text); }
    std::string operator()(const std::vector<std::string>& list) const { return fmt::format("{}", list); }
    std::string operator()(const std::vector<std::int64_t>& list) const { return fmt::format("{}", list); }
    std::string operator()(const std::vector<double>& list) const { return fmt::format("{}", list); }
  };
  return std::visit(Printer(), value);
}

}  // namespace starling::app
