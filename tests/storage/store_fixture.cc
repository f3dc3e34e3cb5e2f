#include "store_fixture.h"

#include <algorithm>
#include <sstream>

#include "core/check.h"
#include "crypto/sha256.h"

namespace musubi::storage {

Contract SmallContract(std::string_view name) {
  const std::string json = R"({
    "musubi_contract": 1, "name": ")" +
                           std::string(name) + R"(", "profile": "fields",
    "fields": [{"name": "surname", "kind": "name"}, {"name": "born", "kind": "date"}],
    "filters": [
      {"name": "surname", "bits": 640,
       "features": [{"field": "surname", "tokens": {"kind": "qgram"}, "positions": 8}]},
      {"name": "born", "bits": 128,
       "features": [{"field": "born", "tokens": {"kind": "exact"}, "positions": 8}]}],
    "block_tokens": [
      {"name": "by_name", "parts": [{"field": "surname"}]},
      {"name": "by_birth", "parts": [{"field": "born"}]}],
    "linkage": {"model": {"kind": "weighted_mean", "threshold": "0.8"}}})";
  Result<Contract> contract = Contract::Parse(json);
  EXPECT_TRUE(IsOk(contract));
  return std::move(contract).value();
}

EncodingFile RandomFile(const Contract& contract, std::string_view holder, std::size_t records,
                        std::uint64_t seed) {
  std::mt19937_64 random(seed);
  EncodingFile file;
  file.manifest.holder = holder;
  file.manifest.contract = crypto::FingerprintOf(contract);
  file.manifest.key_check.key.fill(0x11);
  file.manifest.key_check.encoder.fill(0x22);
  file.manifest.records = records;
  for (std::uint8_t& byte : file.digest) byte = static_cast<std::uint8_t>(random());
  file.records = MakeEncodingSet(contract.filter_bits(), contract.block_rules().size());
  file.records.Resize(records);
  for (RecordRef& ref : file.records.refs) ref = RandomId<RecordRef>(&random);
  std::ranges::sort(file.records.refs);
  for (FilterColumn& filter : file.records.filters) {
    for (std::size_t row = 0; row < records; ++row) {
      filter.present[row] = random() % 8 == 0 ? 0 : 1;
      if (filter.present[row] == 0) continue;
      for (std::size_t bit = 0; bit < filter.bits.bits(); ++bit) {
        if (random() % 2 == 0) filter.bits.Set(row, bit);
      }
    }
    filter.CountBits();
  }
  for (auto& pass : file.records.tokens) {
    for (BlockToken& token : pass) {
      if (random() % 8 != 0) token = RandomId<BlockToken>(&random);
    }
  }
  return file;
}

// Puts a column of some records where they belong.
void CopyColumn(const RecordsColumn& from, EncodingSet* set) {
  const EncodingSet& rows = from.records;
  if (set->rows() < from.first + rows.rows()) set->Resize(from.first + rows.rows());
  const auto copy = [&](const auto& column, auto* into) {
    std::ranges::copy(column, into->begin() + static_cast<std::ptrdiff_t>(from.first));
  };
  if (from.column == 0) {
    copy(rows.refs, &set->refs);
  } else if (from.column <= rows.filters.size()) {
    const FilterColumn& filter = rows.filters[from.column - 1U];
    FilterColumn& into = set->filters[from.column - 1U];
    copy(filter.popcounts, &into.popcounts);
    copy(filter.present, &into.present);
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      std::ranges::copy(filter.bits.row(row), into.bits.row(from.first + row).begin());
    }
  } else {
    const std::size_t pass = from.column - 1U - rows.filters.size();
    copy(rows.tokens[pass], &set->tokens[pass]);
  }
}

EncodingFile WithCopies(const Contract& contract, EncodingFile file, std::size_t copies) {
  file.planted = RandomFile(contract, "any", copies, copies + 77).records;
  std::copy_n(file.records.refs.begin(), copies, file.planted.refs.begin());
  file.manifest.planted = copies;
  return file;
}

Result<EncodingSet> LoadPlanted(LinkStore* store, std::uint32_t dataset) {
  EncodingSet all =
      MakeEncodingSet(store->contract().filter_bits(), store->contract().block_rules().size());
  MUSUBI_RETURN_IF_ERROR(store->VisitPlanted(dataset, [&all](const EncodingSet& some) {
    const std::size_t first = all.rows();
    for (std::uint16_t column = 0; column < 1 + some.filters.size() + some.tokens.size();
         ++column) {
      CopyColumn({column, first, some}, &all);
    }
    return Status();
  }));
  return all;
}

EpochChange RandomRun(std::uint64_t epoch,
                      const std::vector<std::pair<std::uint32_t, EncodingSet>>& datasets,
                      std::uint64_t seed) {
  std::mt19937_64 random(seed);
  EpochChange change;
  for (const auto& [dataset, set] : datasets) {
    for (const RecordRef& ref : set.refs) {
      change.members.push_back({ref, RandomId<LinkageKey>(&random), dataset, epoch + 1});
    }
  }
  std::ranges::shuffle(change.members, random);
  change.summary.epoch = epoch + 1;
  change.summary.records = change.summary.new_records = change.members.size();
  change.summary.threshold = "4/5";
  change.report = R"({"seed":)" + std::to_string(seed) + "}";
  if (change.members.size() >= 2) {
    // Of the second run on, the records of the first run's are there to be moved.
    Proposal proposal;
    proposal.id = epoch + 1;
    proposal.epoch = epoch + 1;
    proposal.from = change.members[0].key;
    proposal.to = change.members[1].key;
    proposal.whole = true;
    proposal.records = {change.members[0].ref};
    proposal.best = {change.members[0].ref, change.members[1].ref, 0x8F, 812'345};
    proposal.worst = proposal.best;
    proposal.mean_score = 812'345;
    proposal.pairs = 1;
    change.proposals.push_back(proposal);
    change.summary.proposals = 1;
  }
  return change;
}

Result<EncodingSet> Load(LinkStore* store, std::uint32_t dataset) {
  EncodingSet set =
      MakeEncodingSet(store->contract().filter_bits(), store->contract().block_rules().size());
  const std::size_t columns = 1 + set.filters.size() + set.tokens.size();
  for (std::uint16_t column = 0; column < columns; ++column) {
    MUSUBI_RETURN_IF_ERROR(store->VisitColumn(dataset, column, [&](const RecordsColumn& some) {
      CopyColumn(some, &set);
      return Status();
    }));
  }
  return set;
}

Result<EpochChange> NextRun(LinkStore* store, std::uint64_t seed) {
  std::vector<std::pair<std::uint32_t, EncodingSet>> datasets;
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<DatasetInfo> infos, store->Datasets());
  for (const DatasetInfo& info : infos) {
    MUSUBI_ASSIGN_OR_RETURN(EncodingSet records, Load(store, info.id));
    datasets.emplace_back(info.id, std::move(records));
  }
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t epoch, store->Epoch());
  return RandomRun(epoch, datasets, seed);
}

std::string TextOf(const EncodingSet& set) {
  std::ostringstream out;
  for (std::size_t row = 0; row < set.rows(); ++row) {
    out << ToHex(set.refs[row]);
    for (const FilterColumn& filter : set.filters) {
      const auto words = filter.bits.row(row);
      out << ' ' << int{filter.present[row]} << ' ' << filter.popcounts[row] << ' '
          << ToHex(reinterpret_cast<const std::uint8_t*>(words.data()), words.size_bytes());
    }
    for (const auto& pass : set.tokens) out << ' ' << ToHex(pass[row]);
    out << '\n';
  }
  return out.str();
}

namespace {

void Print(const DatasetInfo& info, std::ostream& out) {
  const EncodingManifest& manifest = info.manifest;
  out << "data set " << info.id << ' ' << manifest.holder << ' ' << manifest.declares_duplicates
      << ' ' << crypto::ToHex(manifest.contract) << ' ' << ToHex(manifest.key_check.key.data(), 16)
      << ToHex(manifest.key_check.encoder.data(), 16) << ' ' << manifest.records << ' '
      << crypto::ToHex(info.digest);
  for (const std::uint64_t records : info.present) out << ' ' << records;
  out << '\n';
}

Status PrintProjects(LinkStore* store, std::ostream& out) {
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<ProjectInfo> projects, store->Projects());
  for (const ProjectInfo& project : projects) {
    out << "project " << project.name << ' ' << project.added_at_epoch << ' '
        << NameOf(project.state);
    for (const std::string& decision : project.decisions) out << ' ' << decision;
    if (project.state == ProjectState::kApproved) {
      MUSUBI_ASSIGN_OR_RETURN(const crypto::SecureBytes key, store->ProjectKey(project.name));
      out << ' ' << ToHex(key.bytes().data(), key.bytes().size());
    }
    out << '\n';
  }
  return {};
}

Status PrintReviews(LinkStore* store, std::ostream& out) {
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<Proposal> proposals, store->Proposals());
  for (const Proposal& proposal : proposals) {
    out << "proposal " << proposal.id << ' ' << proposal.epoch << ' ' << NameOf(proposal.reason)
        << ' ' << ToHex(proposal.from) << ' ' << ToHex(proposal.to) << ' ' << proposal.whole << ' '
        << proposal.mean_score << ' ' << proposal.pairs;
    for (const RecordRef& ref : proposal.records) out << ' ' << ToHex(ref);
    for (const PairEvidence& pair : {proposal.best, proposal.worst}) {
      out << ' ' << ToHex(pair.record) << ToHex(pair.other) << pair.levels << ' ' << pair.score;
    }
    out << '\n';
  }
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<Decision> decisions, store->Decisions());
  for (const Decision& decision : decisions) {
    out << "decision " << decision.epoch << ' ' << decision.proposal << ' '
        << static_cast<int>(decision.verdict) << decision.settles << ' ' << decision.reviewer << ' '
        << decision.reason << '\n';
  }
  for (const Move& move : store->Moves()) {
    out << "move " << ToHex(move.ref) << ' ' << ToHex(move.to) << ' ' << move.epoch << '\n';
  }
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<Withdrawal> withdrawals, store->Withdrawals());
  for (const Withdrawal& made : withdrawals) {
    out << "withdrawal " << made.epoch << ' ' << ToHex(made.request.id) << ' '
        << made.request.project << ' ' << made.records << ' ' << made.persons << '\n';
    for (const LinkageKey& key : made.keys) out << "withdrawn " << ToHex(key) << '\n';
    for (const RecordRef& ref : made.request.records) out << "withdrawn " << ToHex(ref) << '\n';
  }
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<ReleaseInfo> releases, store->Releases());
  for (const ReleaseInfo& release : releases) {
    out << "release " << release.number << ' ' << release.epoch << ' ' << release.project << ' '
        << release.records << ' ' << release.persons << ' ' << release.despite_hold << '\n';
  }
  return {};
}

Status PrintRuns(LinkStore* store, std::ostream& out) {
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<EpochSummary> epochs, store->Epochs());
  for (const EpochSummary& run : epochs) {
    out << "epoch " << run.epoch << ' ' << run.records << ' ' << run.new_records << ' '
        << run.candidate_pairs << ' ' << run.links << ' ' << run.keys_minted << ' ' << run.attached
        << ' ' << run.proposals << ' ' << run.withdrawn << ' ' << run.moved << ' '
        << static_cast<int>(run.kind) << ' ' << run.threshold << ' ' << run.hold << '\n';
    MUSUBI_ASSIGN_OR_RETURN(const std::string report, store->Report(run.epoch));
    out << "report " << report << '\n';
  }
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<Member> members, store->Members());
  for (const Member& member : members) {
    out << "member " << ToHex(member.ref) << ' ' << ToHex(member.key) << ' ' << member.dataset
        << ' ' << member.epoch << '\n';
  }
  return PrintReviews(store, out);
}

}  // namespace

Result<std::string> Everything(LinkStore* store) {
  std::ostringstream out;
  out << store->contract().canonical_json() << '\n';
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t epoch, store->Epoch());
  out << "at epoch " << epoch << '\n';
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<DatasetInfo> datasets, store->Datasets());
  for (const DatasetInfo& info : datasets) {
    Print(info, out);
    MUSUBI_ASSIGN_OR_RETURN(const EncodingSet records, Load(store, info.id));
    out << TextOf(records);
    MUSUBI_ASSIGN_OR_RETURN(const EncodingSet planted, LoadPlanted(store, info.id));
    if (planted.rows() > 0) out << "planted " << info.manifest.planted << '\n' << TextOf(planted);
  }
  MUSUBI_RETURN_IF_ERROR(PrintRuns(store, out));
  MUSUBI_RETURN_IF_ERROR(PrintProjects(store, out));
  const auto print = [&out](std::string_view line, const LogEntry& /*entry*/) -> Status {
    out << "log " << line << '\n';
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(store->VisitLog(print));
  return out.str();
}

Result<std::string> EverythingIn(const std::filesystem::path& folder) {
  MUSUBI_ASSIGN_OR_RETURN(LinkStore store, LinkStore::Open(folder, crypto::TestStoreKey()));
  return Everything(&store);
}

}  // namespace musubi::storage
