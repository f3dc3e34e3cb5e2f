#include "cli/console.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>

namespace musubi::cli {
namespace {

constexpr std::chrono::milliseconds kBetweenUpdates(400);  // more often than twice a second

// A file name may be any bytes; what is not UTF-8 is shown by a replacement character.
std::string LineOf(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

double Seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

Console::Console(ConsoleOptions options) : options_(std::move(options)) {
  auto logger = std::make_shared<spdlog::logger>(options_.program,
                                                 std::make_shared<spdlog::sinks::stderr_sink_st>());
  logger->set_pattern("%n: %l: %v");
  logger->set_level(options_.verbose ? spdlog::level::debug
                    : options_.quiet ? spdlog::level::err
                                     : spdlog::level::warn);
  spdlog::set_default_logger(std::move(logger));
}

Console::~Console() {
  {
    const std::scoped_lock lock(mutex_);
    done_ticking_ = true;
  }
  wake_.notify_all();
  if (ticker_.joinable()) ticker_.join();
}

void Console::Tick() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kBetweenUpdates, [this] { return done_ticking_; })) {
    if (!stage_.empty()) ShowProgress(false);
  }
}

void Console::CloseLine() {
  if (line_open_) std::fprintf(stderr, "\n");
  line_open_ = false;
}

void Console::Print(const Json& json, std::string_view text) {
  EndStages();
  if (options_.json) {
    std::printf("%s\n", LineOf(json).c_str());
  } else if (!options_.quiet) {
    std::printf("%.*s", static_cast<int>(text.size()), text.data());
  }
}

int Console::Fail(const Error& error) {
  const std::scoped_lock lock(mutex_);
  stage_.clear();  // nothing is shown behind the error
  CloseLine();
  const int code = static_cast<int>(error.code);
  if (options_.json) {
    const Json json = {
        {"error", {{"code", code}, {"name", NameOf(error.code)}, {"message", error.message}}}};
    std::fprintf(stderr, "%s\n", LineOf(json).c_str());
  } else {
    std::fprintf(stderr, "%s: error: %s\n", options_.program.c_str(), error.message.c_str());
  }
  return code;
}

void Console::OnStage(std::string_view stage, std::uint64_t total, std::uint64_t before) {
  const std::scoped_lock lock(mutex_);
  EndStage();
  stage_ = stage;
  total_ = total;
  before_ = before;
  done_ = before;
  stage_start_ = Clock::now();
  const bool shows = options_.progress != ProgressStyle::kNone;
  if (shows && !ticker_.joinable()) ticker_ = std::thread([this] { Tick(); });
}

void Console::OnProgress(std::uint64_t done) {
  const std::scoped_lock lock(mutex_);
  done_ = done;
}

void Console::OnNote(std::string_view message) {
  const std::scoped_lock lock(mutex_);
  switch (options_.progress) {
    case ProgressStyle::kJson:
      std::fprintf(stderr, "%s\n", LineOf({{"note", message}}).c_str());
      break;
    case ProgressStyle::kTerminal:
      std::fprintf(stderr, "\r%.*s\033[K\n", static_cast<int>(message.size()), message.data());
      line_open_ = false;
      break;
    case ProgressStyle::kNone:
      spdlog::debug("{}", message);
      break;
  }
}

void Console::OnWarning(std::string_view message) {
  const std::scoped_lock lock(mutex_);
  CloseLine();
  spdlog::warn("{}", message);
}

void Console::EndStages() {
  const std::scoped_lock lock(mutex_);
  EndStage();
}

void Console::EndStage() {
  if (stage_.empty()) return;
  const double seconds = Seconds(Clock::now() - stage_start_);
  if (line_open_ || options_.progress == ProgressStyle::kJson) ShowProgress(true);
  spdlog::debug("{} took {:.3f} s", stage_, seconds);
  stages_.emplace_back(std::move(stage_), seconds);
  stage_.clear();
}

void Console::ShowProgress(bool last) {
  const double seconds = Seconds(Clock::now() - stage_start_);
  const double rate = seconds > 0 ? static_cast<double>(done_ - before_) / seconds : 0;
  const bool known = total_ > 0 && rate > 0 && done_ <= total_;
  const double left = known ? static_cast<double>(total_ - done_) / rate : 0;
  if (options_.progress == ProgressStyle::kJson) {
    Json json = {{"stage", stage_}, {"done", done_},      {"total", total_},
                 {"rate", rate},    {"seconds", seconds}, {"ended", last}};
    if (known) json["seconds_left"] = left;
    std::fprintf(stderr, "%s\n", LineOf(json).c_str());
    return;
  }
  std::string line = stage_ + "  " + Grouped(done_);
  if (total_ > 0) line += " of " + Grouped(total_);
  line += done_ > before_ ? "  " + Grouped(static_cast<std::uint64_t>(rate)) + "/s"
                          : "  " + Grouped(static_cast<std::uint64_t>(seconds)) + " s";
  if (known && !last) line += "  " + Grouped(static_cast<std::uint64_t>(left) + 1) + " s left";
  std::fprintf(stderr, "\r%s\033[K%s", line.c_str(), last ? "\n" : "");
  std::fflush(stderr);
  line_open_ = !last;
}

Json Console::StageSeconds() const {
  Json json = Json::object();
  for (const auto& [stage, seconds] : stages_) json[stage] = seconds;
  return json;
}

std::string Grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string Left(std::string_view text, std::size_t width) {
  std::string cell(text);
  if (cell.size() < width) cell.append(width - cell.size(), ' ');
  return cell;
}

std::string Right(std::string_view text, std::size_t width) {
  const std::size_t blanks = text.size() < width ? width - text.size() : 0;
  return std::string(blanks, ' ') + std::string(text);
}

std::string Percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%",
                100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return text;
}

}  // namespace musubi::cli
