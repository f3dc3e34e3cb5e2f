// Joins two encoding files on one filter, as a whole process: every pair of a record of the one and
// a record of the other whose Dice similarity reaches the threshold. Sees filters, no identifier.
#include <sys/resource.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <chrono>
#include <compare>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "blocking/candidates.h"
#include "blocking/exact_join.h"
#include "blocking/lsh.h"
#include "blocking/sliced_kernel.h"
#include "core/contract.h"
#include "core/population.h"
#include "core/similarity.h"
#include "storage/encoding_file.h"

namespace musubi {
namespace {

constexpr std::string_view kUsageText =
    "usage: join_bench CONTRACT.json A.enc B.enc -o PAIRS.bin [options]\n"
    "\n"
    "  --method exact|lsh|scan  how pairs are found; scan compares all, one by one (exact)\n"
    "  --threshold DECIMAL      the least Dice similarity (0.85)\n"
    "  --filter N               which filter of the contract, from 0 (0)\n"
    "  --recall DECIMAL         of lsh: the recall to aim at, below 1 (0.99)\n"
    "  --first N                only the first N records of A (all)\n"
    "  --kernel NAME            of exact: portable, avx2 or avx512 (the fastest there is)\n"
    "  -j N                     threads (1)\n"
    "\n"
    "Writes the pairs in ascending order, each as the numbers of its rows in A and in B, from 0, "
    "32\n"
    "bits each, least significant byte first; prints what it took as a line of JSON.\n";

constexpr std::uint64_t kLshSeed = 1;

struct Options {
  std::filesystem::path contract;
  std::filesystem::path left;
  std::filesystem::path right;
  std::filesystem::path output;
  std::string method = "exact";
  const blocking::SlicedKernel* kernel = blocking::SlicedKernels().back();
  Threshold threshold{17, 20};
  std::size_t filter = 0;
  std::uint32_t recall_millionths = 990'000;
  std::size_t first = std::numeric_limits<std::size_t>::max();
  int threads = 1;
};

// Rows of A and of B.
struct FoundPair {
  std::uint32_t left;
  std::uint32_t right;

  auto operator<=>(const FoundPair&) const = default;
};
static_assert(sizeof(FoundPair) == 8 && std::endian::native == std::endian::little,
              "pairs are written as they lie in memory");

// The wall seconds of the stages, one after another.
class Stopwatch {
 public:
  void End(const char* stage) {
    const auto now = Clock::now();
    seconds_.emplace_back(stage, std::chrono::duration<double>(now - start_).count());
    start_ = now;
  }

  const std::vector<std::pair<const char*, double>>& seconds() const { return seconds_; }

 private:
  using Clock = std::chrono::steady_clock;

  Clock::time_point start_ = Clock::now();
  std::vector<std::pair<const char*, double>> seconds_;
};

Error UsageError(const std::string& message) { return {ErrorCode::kUsage, message}; }

// A whole number from `least` to `most`.
Result<std::size_t> ParseNumber(std::string_view option, std::string_view text, std::size_t least,
                                std::size_t most) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most) {
    return UsageError(std::string(option) + " takes a whole number from " + std::to_string(least) +
                      " to " + std::to_string(most));
  }
  return number;
}

Result<std::uint32_t> ParseRecall(std::string_view text) {
  constexpr std::uint32_t kMillion = 1'000'000;
  MUSUBI_ASSIGN_OR_RETURN(const Threshold recall, Threshold::Parse(text));
  if (recall.numerator == recall.denominator) return UsageError("--recall is below 1");
  return recall.numerator * (kMillion / recall.denominator);
}

Result<const blocking::SlicedKernel*> ParseKernel(std::string_view name) {
  for (const blocking::SlicedKernel* kernel : blocking::SlicedKernels()) {
    if (kernel->name == name) return kernel;
  }
  return UsageError("--kernel is not one that this processor has");
}

Status SetOption(std::string_view name, std::string_view value, Options* options) {
  constexpr std::size_t kMostThreads = 1024;
  constexpr std::size_t kMostRows = std::size_t{1} << 31;
  if (name == "-o") {
    options->output = value;
  } else if (name == "--method") {
    if (value != "exact" && value != "lsh" && value != "scan") {
      return UsageError("--method is exact, lsh or scan");
    }
    options->method = value;
  } else if (name == "--threshold") {
    MUSUBI_ASSIGN_OR_RETURN(options->threshold, Threshold::Parse(value));
    if (options->threshold.numerator == 0) return UsageError("--threshold is above 0");
  } else if (name == "--filter") {
    MUSUBI_ASSIGN_OR_RETURN(options->filter, ParseNumber(name, value, 0, 63));
  } else if (name == "--kernel") {
    MUSUBI_ASSIGN_OR_RETURN(options->kernel, ParseKernel(value));
  } else if (name == "--recall") {
    MUSUBI_ASSIGN_OR_RETURN(options->recall_millionths, ParseRecall(value));
  } else if (name == "--first") {
    MUSUBI_ASSIGN_OR_RETURN(options->first, ParseNumber(name, value, 1, kMostRows));
  } else if (name == "-j") {
    MUSUBI_ASSIGN_OR_RETURN(const std::size_t threads, ParseNumber(name, value, 1, kMostThreads));
    options->threads = static_cast<int>(threads);
  } else {
    return UsageError("there is no option " + std::string(name));
  }
  return {};
}

Result<Options> ParseOptions(const std::vector<std::string_view>& arguments) {
  Options options;
  std::vector<std::string_view> files;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!arguments[i].starts_with('-')) {
      files.push_back(arguments[i]);
      continue;
    }
    if (i + 1 == arguments.size()) {
      return UsageError(std::string(arguments[i]) + " takes a value");
    }
    MUSUBI_RETURN_IF_ERROR(SetOption(arguments[i], arguments[i + 1], &options));
    ++i;
  }
  if (files.size() != 3 || options.output.empty()) return UsageError(std::string(kUsageText));
  options.contract = files[0];
  options.left = files[1];
  options.right = files[2];
  return options;
}

Result<Contract> ReadContract(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) {
    return Error{ErrorCode::kNoInput, path.string() + ": cannot be read"};
  }
  return Contract::Parse(json);
}

// Appends the rows of `other`, of which only what the joins look at is wanted: the filters.
void AppendFilters(const EncodingSet& other, EncodingSet* set) {
  const std::size_t first = set->rows();
  set->Resize(first + other.rows());
  for (std::size_t f = 0; f < set->filters.size(); ++f) {
    const FilterColumn& from = other.filters[f];
    FilterColumn& to = set->filters[f];
    const auto at = static_cast<std::ptrdiff_t>(first);
    std::ranges::copy(from.popcounts, to.popcounts.begin() + at);
    std::ranges::copy(from.present, to.present.begin() + at);
    for (std::size_t row = 0; row < other.rows(); ++row) {
      std::ranges::copy(from.bits.row(row), to.bits.row(first + row).begin());
    }
  }
}

// Both files in one table: A is source 0, B is source 1. `*lefts` is how many rows A has.
Result<Population> ReadPopulation(const Options& options, std::size_t* lefts) {
  MUSUBI_ASSIGN_OR_RETURN(const Contract contract, ReadContract(options.contract));
  if (options.filter >= contract.filters().size()) {
    return UsageError("the contract has no filter " + std::to_string(options.filter));
  }
  MUSUBI_ASSIGN_OR_RETURN(storage::EncodingFile left,
                          storage::ReadEncodingFile(options.left, contract));
  MUSUBI_ASSIGN_OR_RETURN(const storage::EncodingFile right,
                          storage::ReadEncodingFile(options.right, contract));
  if (left.manifest.key_check != right.manifest.key_check) {
    return Error{ErrorCode::kRefused, "the files were not made with the same secret and program"};
  }
  if (options.first < left.records.rows()) left.records.Resize(options.first);
  *lefts = left.records.rows();
  Population population;
  population.records = std::move(left.records);
  AppendFilters(right.records, &population.records);
  population.source.assign(population.rows(), 1);
  std::fill_n(population.source.begin(), *lefts, std::uint16_t{0});
  population.allows_within.assign(2, 0);
  population.settled.assign(population.rows(), 0);
  return population;
}

// Every pair of the two sources, compared one by one: what the other methods are checked against,
// so it shares nothing with them, not even the rule that they decide by.
//
// `population` is borrowed.
class ScanPlan : public blocking::CandidatePlan {
 public:
  ScanPlan(const Population& population, std::size_t lefts, std::size_t filter,
           const Threshold& threshold)
      : column_(population.records.filters[filter]),
        lefts_(lefts),
        rows_(population.rows()),
        right_tiles_((rows_ - lefts_ + kTileRows - 1) / kTileRows),
        threshold_(threshold) {}

  std::size_t tiles() const override { return (lefts_ + kTileRows - 1) / kTileRows * right_tiles_; }
  std::uint64_t visits() const override { return lefts_ * (rows_ - lefts_); }
  std::uint64_t tile_visits(std::size_t tile) const override {
    const auto [left, right] = BeginOf(tile);
    return (LeftEnd(left) - left) * (RightEnd(right) - right);
  }

  void Emit(std::size_t tile, CandidateBatch* batch) const override {
    batch->Clear();
    const auto [first_left, first_right] = BeginOf(tile);
    for (std::size_t left = first_left; left < LeftEnd(first_left); ++left) {
      for (std::size_t right = first_right; right < RightEnd(first_right); ++right) {
        if (AreSimilar(left, right)) batch->rights.push_back(static_cast<std::uint32_t>(right));
      }
      batch->EndGroup(static_cast<std::uint32_t>(left));
    }
  }

  bool WouldHave(std::uint32_t /*row*/, const EncodingSet& /*strangers*/,
                 std::uint32_t /*stranger*/) const override {
    MUSUBI_CHECK(false);  // a benchmark has no strangers
  }

 private:
  static constexpr std::size_t kTileRows = 1024;  // 128 KiB of 1,024 bits, for the near caches

  std::pair<std::size_t, std::size_t> BeginOf(std::size_t tile) const {
    return {tile / right_tiles_ * kTileRows, lefts_ + tile % right_tiles_ * kTileRows};
  }
  std::size_t LeftEnd(std::size_t begin) const { return std::min(begin + kTileRows, lefts_); }
  std::size_t RightEnd(std::size_t begin) const { return std::min(begin + kTileRows, rows_); }

  // 2c / (a + b) >= n / d, in integers.
  bool AreSimilar(std::size_t left, std::size_t right) const {
    const std::size_t words = column_.bits.stride_words();
    const std::uint64_t common =
        CountCommon(column_.bits.data() + left * words, column_.bits.data() + right * words, words);
    const std::uint64_t bits = std::uint64_t{column_.popcounts[left]} + column_.popcounts[right];
    return common > 0 && 2 * common * threshold_.denominator >= bits * threshold_.numerator;
  }

  // Rows are whole cache lines, of eight words. Four sums, since POPCNT waits for what its register
  // held before.
  static std::uint64_t CountCommon(const std::uint64_t* a, const std::uint64_t* b,
                                   std::size_t words) {
    std::array<std::uint64_t, 4> sums{};
    for (std::size_t w = 0; w < words; w += 4) {
      for (std::size_t i = 0; i < 4; ++i) {
        sums[i] += static_cast<std::uint64_t>(std::popcount(a[w + i] & b[w + i]));
      }
    }
    return sums[0] + sums[1] + sums[2] + sums[3];
  }

  const FilterColumn& column_;
  std::size_t lefts_;
  std::size_t rows_;
  std::size_t right_tiles_;
  Threshold threshold_;
};

// What lsh chose, and what it says of it.
nlohmann::ordered_json Describe(const blocking::LshStats& stats) {
  return {{"bits_per_key", stats.parameters.bits_per_key},
          {"tables", stats.parameters.tables},
          {"expected_recall_millionths", stats.expected_recall_millionths},
          {"largest_bucket", stats.largest_bucket}};
}

// The plan of the method asked for. Adds to `*report` what the method tells of itself.
Result<std::unique_ptr<blocking::CandidatePlan>> MakePlan(const Options& options,
                                                          const Population& population,
                                                          std::size_t lefts,
                                                          nlohmann::ordered_json* report) {
  const SimilarityRule rule{.kind = SimilarityKind::kDice, .threshold = options.threshold};
  if (options.method == "scan") {
    (*report)["kernel"] = "popcount";
    return std::unique_ptr<blocking::CandidatePlan>(
        std::make_unique<ScanPlan>(population, lefts, options.filter, options.threshold));
  }
  if (options.method == "exact") {
    (*report)["kernel"] = options.kernel->name;
    return blocking::PlanExactJoin(population, options.filter, rule, {}, options.kernel);
  }
  MUSUBI_ASSIGN_OR_RETURN(const blocking::LshParameters parameters,
                          blocking::ChooseLshParameters(population, options.filter, rule,
                                                        options.recall_millionths, kLshSeed));
  blocking::LshStats stats;
  MUSUBI_ASSIGN_OR_RETURN(auto plan,
                          blocking::PlanLsh(population, options.filter, rule, parameters, &stats));
  (*report)["lsh"] = Describe(stats);
  return plan;
}

// Runs all tiles, on the threads of the arena that it is called in; the pairs come in no order.
std::vector<FoundPair> RunTiles(const blocking::CandidatePlan& plan, std::size_t lefts) {
  struct Worker {
    CandidateBatch batch;
    std::vector<FoundPair> found;
  };
  tbb::enumerable_thread_specific<Worker> workers;
  tbb::parallel_for(std::size_t{0}, plan.tiles(), [&](std::size_t tile) {
    Worker& worker = workers.local();
    const CandidateBatch& batch = worker.batch;
    plan.Emit(tile, &worker.batch);
    for (std::size_t group = 0; group < batch.lefts.size(); ++group) {
      for (std::uint32_t i = batch.offsets[group]; i < batch.offsets[group + 1]; ++i) {
        // Which of the two asked is the plan's choice; A's rows come first.
        const auto [low, high] = std::minmax(batch.lefts[group], batch.rights[i]);
        worker.found.push_back({low, high - static_cast<std::uint32_t>(lefts)});
      }
    }
  });
  std::vector<FoundPair> pairs;
  for (const Worker& worker : workers) {
    pairs.insert(pairs.end(), worker.found.begin(), worker.found.end());
  }
  return pairs;
}

Status WritePairs(const std::filesystem::path& path, std::vector<FoundPair>* pairs) {
  std::ranges::sort(*pairs);
  if (std::ranges::adjacent_find(*pairs) != pairs->end()) {
    return Error{ErrorCode::kInternal, "a pair was found twice"};
  }
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(pairs->data()),
             static_cast<std::streamsize>(pairs->size() * sizeof(FoundPair)));
  file.close();
  if (!file) return Error{ErrorCode::kIo, path.string() + ": cannot be written"};
  return {};
}

// What the process has used until now. Its peak is asked of the system's own page: getrusage has
// that of the program too which this process was before it became this one.
void ReportUsage(nlohmann::ordered_json* report) {
  constexpr double kMicrosecond = 1e-6;
  constexpr std::uint64_t kKib = 1024;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  double seconds = 0;
  for (const timeval& time : {usage.ru_utime, usage.ru_stime}) {
    seconds += static_cast<double>(time.tv_sec) + kMicrosecond * static_cast<double>(time.tv_usec);
  }
  (*report)["cpu_seconds"] = seconds;
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word && word != "VmHWM:") {
  }
  std::uint64_t peak_kib = 0;
  status >> peak_kib;
  (*report)["peak_bytes"] = peak_kib * kKib;
}

// The whole job, within an arena of options.threads threads.
Status Join(const Options& options, nlohmann::ordered_json* report) {
  Stopwatch watch;
  std::size_t lefts = 0;
  MUSUBI_ASSIGN_OR_RETURN(const Population population, ReadPopulation(options, &lefts));
  watch.End("read");
  MUSUBI_ASSIGN_OR_RETURN(const auto plan, MakePlan(options, population, lefts, report));
  watch.End("prepare");
  std::vector<FoundPair> pairs = RunTiles(*plan, lefts);
  watch.End("join");
  MUSUBI_RETURN_IF_ERROR(WritePairs(options.output, &pairs));
  watch.End("write");

  double total = 0;
  nlohmann::ordered_json stages;
  for (const auto& [stage, seconds] : watch.seconds()) {
    total += seconds;
    stages[stage] = seconds;
  }
  const std::uint64_t all = std::uint64_t{lefts} * (population.rows() - lefts);
  (*report)["left_rows"] = lefts;
  (*report)["right_rows"] = population.rows() - lefts;
  (*report)["seconds"] = stages;
  (*report)["pairs"] = all;
  (*report)["pairs_visited"] = plan->visits();
  (*report)["pairs_found"] = pairs.size();
  (*report)["pairs_per_second"] = static_cast<std::uint64_t>(static_cast<double>(all) / total);
  ReportUsage(report);
  return {};
}

int Main(const std::vector<std::string_view>& arguments) {
  const Result<Options> options = ParseOptions(arguments);
  if (!options.ok()) {
    std::cerr << options.error().message << '\n';
    return static_cast<int>(options.error().code);
  }
  const int threads = options.value().threads;
  nlohmann::ordered_json report = {{"method", options.value().method}, {"threads", threads}};
  const tbb::global_control allow(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(threads));
  tbb::task_arena arena(threads);
  Status status;
  arena.execute([&] { status = Join(options.value(), &report); });
  if (!status.ok()) {
    std::cerr << status.error().message << '\n';
    return static_cast<int>(status.error().code);
  }
  std::cout << report.dump() << '\n';
  return 0;
}

}  // namespace
}  // namespace musubi

int main(int argc, char** argv) {
  try {
    return musubi::Main({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return static_cast<int>(musubi::ErrorCode::kInternal);
  }
}
