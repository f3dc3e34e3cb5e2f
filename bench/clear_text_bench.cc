// The model of a link run on clear text: what filters cost in quality. Reads a study folder
// (bench/main_job.py), makes every value's very tokens into its filter, one bit a token, and
// learns, weighs and resolves them as a unit would. Never part of a program: it sees identifiers.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "bloom/tokens.h"
#include "core/contract.h"
#include "engine/link/learn_links.h"
#include "engine/link/score_pairs.h"
#include "engine/link/weigh_pairs.h"
#include "engine/resolve/resolve.h"
#include "identity/charset.h"
#include "identity/normalise.h"
#include "storage/csv_reader.h"

namespace {

using namespace musubi;  // NOLINT: a program of one file
using nlohmann::json;

template <typename T>
T OrExit(Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::cerr << result.error().message << "\n";
  std::exit(65);
}

// A contract whose filters are so wide that next to nothing is shared by chance.
Contract WideContract(const std::string& folder) {
  std::ifstream file(folder + "/contract.json");
  json contract = json::parse(file);
  for (json& filter : contract["filters"]) filter["bits"] = 8192;
  return OrExit(Contract::Parse(contract.dump()));
}

// A record: for each filter the numbers of its tokens.
struct Record {
  std::string person;
  std::vector<std::vector<std::uint32_t>> tokens;
};

// Values to tokens, which are numbered as they come.
class Reader {
 public:
  explicit Reader(const Contract& contract)
      : contract_(contract), numbers_(contract.filters().size()) {
    for (const Field& field : contract.fields()) normalisers_.emplace_back(field);
    forms_.resize(contract.fields().size());
    present_.resize(contract.fields().size());
  }

  std::size_t tokens(std::size_t filter) const { return numbers_[filter].size(); }

  // `cells` are those of the contract's fields, in UTF-8.
  Record Read(const std::vector<std::string>& cells) {
    using identity::FieldState;
    for (std::size_t f = 0; f < cells.size(); ++f) {
      const FieldState state = normalisers_[f](cells[f], &forms_[f]);
      const bool keeps = contract_.fields()[f].on_invalid == InvalidPolicy::kKeep;
      present_[f] = state == FieldState::kPresent || (state == FieldState::kInvalid && keeps);
    }
    Record record;
    for (std::size_t i = 0; i < contract_.filters().size(); ++i) {
      record.tokens.push_back(TokensOf(contract_.filters()[i], &numbers_[i]));
    }
    return record;
  }

 private:
  std::vector<std::uint32_t> TokensOf(const Filter& filter,
                                      std::unordered_map<std::string, std::uint32_t>* numbers) {
    std::vector<std::uint32_t> tokens;
    for (std::size_t f = 0; f < filter.features.size(); ++f) {
      const Feature& feature = filter.features[f];
      const std::string& value = forms_[feature.field].at(feature.level);
      if (!present_[feature.field] || value.empty()) continue;
      const bool days = contract_.fields()[feature.field].kind == FieldKind::kDate;
      TextList list;
      bloom::Tokenise(feature.tokens, value, days, &list);
      for (std::size_t t = 0; t < list.size(); ++t) {
        const std::string name = std::to_string(f) + ' ' + std::string(list[t]);
        tokens.push_back(
            numbers->try_emplace(name, static_cast<std::uint32_t>(numbers->size())).first->second);
      }
    }
    return tokens;
  }

  const Contract& contract_;
  std::vector<identity::Normaliser> normalisers_;
  std::vector<identity::Forms> forms_;
  std::vector<bool> present_;
  std::vector<std::unordered_map<std::string, std::uint32_t>> numbers_;
};

using Truth = std::map<std::pair<std::string, std::string>, std::string>;

Truth ReadTruth(const std::string& folder) {
  storage::CsvReader csv = OrExit(storage::CsvReader::Open(folder + "/truth.csv"));
  Truth truth;
  storage::CsvRow row;
  while (OrExit(csv.Next(&row))) {
    truth[{std::string(row[1]), std::string(row[2])}] = std::string(row[0]);
  }
  return truth;
}

// The columns of each field of the contract in a holder's file.
std::vector<std::vector<std::size_t>> ColumnsOf(const Contract& contract, const json& holder,
                                                const storage::CsvReader& csv) {
  std::vector<std::vector<std::size_t>> columns;
  const json renamed = holder.value("columns", json::object());
  for (const Field& field : contract.fields()) {
    columns.emplace_back();
    const std::vector<std::string> names = renamed.contains(field.name)
                                               ? std::vector<std::string>{renamed.at(field.name)}
                                               : field.columns;
    for (const std::string& name : names) {
      columns.back().push_back(OrExit(csv.ColumnIndex(name)));
    }
  }
  return columns;
}

std::vector<Record> ReadHolder(const std::string& folder, const json& holder, const Truth& truth,
                               const Contract& contract, Reader* reader) {
  const std::string name = holder.at("name");
  storage::CsvReader csv =
      OrExit(storage::CsvReader::Open(folder + "/" + holder.at("file").get<std::string>()));
  const std::size_t id = OrExit(csv.ColumnIndex(holder.value("id_column", "id")));
  const bool is_japanese = holder.value("charset", "utf-8") == "cp932";
  identity::Decoder decoder = OrExit(
      identity::Decoder::Open(is_japanese ? identity::Charset::kCp932 : identity::Charset::kUtf8));
  const auto columns = ColumnsOf(contract, holder, csv);
  std::vector<Record> records;
  storage::CsvRow row;
  while (OrExit(csv.Next(&row))) {
    std::vector<std::string> cells(columns.size());
    for (std::size_t f = 0; f < columns.size(); ++f) {
      for (const std::size_t column : columns[f]) {
        std::string text;
        if (!decoder.Decode(row[column], &text) || text.empty()) continue;
        cells[f] += (cells[f].empty() ? "" : " ") + text;
      }
    }
    records.push_back(reader->Read(cells));
    records.back().person = truth.at({name, std::string(row[id])});
  }
  // In random order, as a holder's references are: every second control pair is held out.
  std::shuffle(records.begin(), records.end(), std::mt19937_64(1));
  return records;
}

Population PopulationOf(const std::vector<Record>& records, const Contract& contract,
                        const std::vector<std::uint32_t>& bits) {
  Population population;
  population.records = MakeEncodingSet(bits, contract.token_count());
  population.records.Resize(records.size());
  for (std::size_t f = 0; f < bits.size(); ++f) {
    FilterColumn& filter = population.records.filters[f];
    for (std::size_t row = 0; row < records.size(); ++row) {
      for (const std::uint32_t token : records[row].tokens[f]) filter.bits.Set(row, token);
      filter.present[row] = records[row].tokens[f].empty() ? 0 : 1;
    }
    filter.CountBits();
  }
  population.settled.assign(records.size(), 0);
  population.learns = true;
  return population;
}

// Pairs that are linked, that should be, and that are both.
json Evaluate(const Population& population, const std::vector<Record>& records,
              const std::vector<std::uint32_t>& first_of) {
  double linked = 0;
  double right = 0;
  double same = 0;
  for (std::uint32_t a = 0; a < records.size(); ++a) {
    for (std::uint32_t b = a + 1; b < records.size(); ++b) {
      const bool is_linked = first_of[a] == first_of[b];
      const bool is_same = population.MayBeOne(a, b) && records[a].person == records[b].person;
      linked += is_linked ? 1 : 0;
      same += is_same ? 1 : 0;
      right += is_linked && is_same ? 1 : 0;
    }
  }
  return {{"precision", linked > 0 ? right / linked : 1},
          {"recall", same > 0 ? right / same : 1},
          {"f1", linked + same > 0 ? 2 * right / (linked + same) : 1}};
}

// The links of a run.
class AllLinks : public engine::LinkSource {
 public:
  explicit AllLinks(std::vector<ScoredPair> links) : links_(std::move(links)) {}

  std::uint64_t links() const override { return links_.size(); }
  Status Visit(const Visitor& visit) const override {
    visit(links_);
    return {};
  }

 private:
  std::vector<ScoredPair> links_;
};

// Weighs every pair by what was learnt, and resolves what is linked.
engine::Resolution Link(const engine::PatternSource& source, const engine::LearnedRun& learned,
                        const blocking::CandidatePlan& plan, const ExecContext& context) {
  std::vector<ScoredPair> links;
  const auto take = [&](engine::ScoredPart part) -> Status {
    links.insert(links.end(), part.found.links.begin(), part.found.links.end());
    return {};
  };
  const auto make_judge = [&] {
    return std::make_unique<engine::WeightJudge>(source, *learned.weights, learned.least);
  };
  if (!engine::ScorePairs(plan, make_judge, 0, {}, context, take).ok()) std::exit(70);
  const engine::WeightScores scores(source, *learned.weights, learned.least);
  return OrExit(engine::Resolve(source.population, AllLinks(std::move(links)), scores, {kLinkScore},
                                context));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: clear_text_bench STUDY_FOLDER\n";
    return 64;
  }
  const std::string folder = argv[1];
  const Contract contract = WideContract(folder);
  const Truth truth = ReadTruth(folder);
  std::ifstream study_file(folder + "/study.json");
  const json study = json::parse(study_file);
  Reader reader(contract);
  std::vector<Record> records;
  std::vector<std::uint16_t> sources;
  std::vector<std::uint8_t> allows_within;
  for (const json& holder : study.at("holders")) {
    for (Record& record : ReadHolder(folder, holder, truth, contract, &reader)) {
      records.push_back(std::move(record));
    }
    sources.resize(records.size(), static_cast<std::uint16_t>(allows_within.size()));
    allows_within.push_back(holder.value("duplicates", false) ? 1 : 0);
  }
  std::vector<std::uint32_t> bits;
  std::vector<std::size_t> order;
  for (std::size_t f = 0; f < contract.filters().size(); ++f) {
    bits.push_back(static_cast<std::uint32_t>(std::max<std::size_t>(64, reader.tokens(f))));
    order.push_back(f);
  }
  Population population = PopulationOf(records, contract, bits);
  population.source = sources;
  population.allows_within = allows_within;
  engine::FilterRows rows(bits, order);
  rows.Append(population.records);
  ExecContext context;
  context.threads = 2;
  const auto plan = blocking::PlanAllPairs(population);
  const engine::CompareKernel kernel = engine::BestCompareKernel().run;
  const auto learned = OrExit(engine::LearnFrom(population, rows, contract, *plan,
                                                contract.plan().threshold, kernel, context));
  json result = {{"study", folder.substr(folder.find_last_of('/') + 1)},
                 {"refused", learned.model.refusal}};
  if (learned.weights) {
    const auto source = learned.SourceOf(population, rows, contract, kernel);
    const auto resolution = Link(source, learned, *plan, context);
    result.update(Evaluate(population, records, resolution.first_of));
  }
  std::cout << result << "\n";
  return 0;
}
