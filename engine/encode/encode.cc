#include "engine/encode/encode.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <system_error>

#include "engine/encode/columns.h"
#include "engine/encode/encoder_check.h"
#include "engine/encode/my_number_guard.h"
#include "engine/encode/planted_copies.h"
#include "engine/encode/row_pipeline.h"
#include "engine/encode/slabs.h"
#include "engine/encode/unique_ids.h"
#include "storage/encoding_file.h"
#include "storage/sealed_package.h"

namespace musubi::engine {

using storage::AtomicFile;
using storage::CsvReader;

namespace {

constexpr unsigned kPrivateMode = 0600;
constexpr unsigned kPublicMode = 0644;

// The files that the flow writes; they appear together at the end.
struct Outputs {
  AtomicFile encoding;
  AtomicFile refs;
  std::optional<AtomicFile> rejects;
  std::optional<storage::PackageWriter> package;  // through which `encoding` is written
};

// Before any row is read, so that a certificate which is not valid is known at once.
Result<std::optional<storage::PackageWriter>> OpenPackage(const EncodeRequest& request,
                                                          const Contract& contract,
                                                          const ExecContext& context) {
  if (request.seal.recipient == nullptr) return std::optional<storage::PackageWriter>();
  storage::PackageRequest package;
  package.kind = storage::PackageKind::kEncoding;
  package.contract = crypto::FingerprintOf(contract);
  package.sender = request.seal.sender;
  package.recipient = request.seal.recipient;
  package.folder = request.output.parent_path();
  package.clearance = request.seal.clearance;
  MUSUBI_ASSIGN_OR_RETURN(auto writer, storage::PackageWriter::Create(package, context));
  return std::optional<storage::PackageWriter>(std::move(writer));
}

Result<Outputs> OpenOutputs(const EncodeRequest& request, const Contract& contract,
                            const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(auto encoding,
                          AtomicFile::Create(request.output, request.overwrite, kPublicMode));
  MUSUBI_ASSIGN_OR_RETURN(auto refs,
                          AtomicFile::Create(request.refs, request.overwrite, kPrivateMode));
  MUSUBI_ASSIGN_OR_RETURN(auto package, OpenPackage(request, contract, context));
  Outputs outputs{std::move(encoding), std::move(refs), std::nullopt, std::move(package)};
  MUSUBI_RETURN_IF_ERROR(outputs.refs.Write(std::string_view("record_ref,holder,local_id\n")));
  if (request.rejects.empty()) return outputs;
  MUSUBI_ASSIGN_OR_RETURN(auto rejects,
                          AtomicFile::Create(request.rejects, request.overwrite, kPrivateMode));
  MUSUBI_RETURN_IF_ERROR(rejects.Write(std::string_view("row,column,reason\n")));
  outputs.rejects = std::move(rejects);
  return outputs;
}

// One run of the flow: an ordered reader, parallel encoders, an ordered collector.
class EncodeRun {
 public:
  EncodeRun(const EncodeRequest& request, const Contract& contract, const ExecContext& context,
            CsvReader reader, crypto::Sha256Stream* input, ColumnPlan plan, Outputs outputs,
            bloom::EncodingKeys keys, std::optional<storage::SuppressedIds> without)
      : request_(request),
        contract_(contract),
        context_(context),
        reader_(std::move(reader)),
        input_(input),
        plan_(std::move(plan)),
        outputs_(std::move(outputs)),
        keys_(std::move(keys)),
        without_(std::move(without)),
        rows_(MakeEncodedRows(contract.filter_bits(), contract.token_count())),
        planted_(MakeEncodedRows(contract.filter_bits(), contract.token_count())) {
    receipt_.charset = *request.charset;
    if (request.plant == 0) return;
    copies_.emplace(request.plant, *request.plant_seed,
                    EncoderParts{contract_, plan_, *request.charset, keys_.Clone()});
  }

  Result<EncodeReceipt> Run() {
    context_.Stage("encode");
    RowPipeline<CsvReader, EncodeBatch, BatchEncoder> pipeline(
        {&reader_, [this] { return MakeEncodeBatch(contract_); }, [this] { return MakeEncoder(); },
         [this](EncodeBatch* batch) { return Collect(batch); }},
        context_);
    MUSUBI_RETURN_IF_ERROR(pipeline.Run());
    MUSUBI_RETURN_IF_ERROR(CheckInput());
    receipt_.fields = ProfilesOf(pipeline.encoders(), contract_.fields().size());
    MUSUBI_RETURN_IF_ERROR(
        RefuseMyNumbers(request_.input, plan_, contract_, id_profile_, receipt_.fields));
    if (rows_.rows() == 0) {
      return Error{ErrorCode::kBadData, request_.input.string() + ": no row could be encoded"};
    }
    if (const auto repeat = ids_.FirstRepeat()) {
      return Error{ErrorCode::kBadData,
                   request_.input.string() + ": row " + std::to_string(repeat->second) +
                       ", column " + request_.id_column + ": the id stands in row " +
                       std::to_string(repeat->first) + " already; ids must be unique"};
    }
    MUSUBI_RETURN_IF_ERROR(Plant());
    context_.Stage("write", rows_.rows());
    MUSUBI_RETURN_IF_ERROR(WriteOutputs());
    return receipt_;
  }

 private:
  // A thread's encoder.
  BatchEncoder MakeEncoder() {
    return BatchEncoder(
        {contract_, plan_, *request_.charset, keys_.Clone(), without_ ? &*without_ : nullptr});
  }

  // Whether what was read is what was audited.
  Status CheckInput() {
    if (!request_.seal.input || input_->Finish() == *request_.seal.input) return {};
    return Error{
        ErrorCode::kRefused,
        request_.input.string() + ": is not the file that passed the audit; audit it as it is now"};
  }

  // Takes over a batch's results, in the order of the input.
  Status Collect(EncodeBatch* batch) {
    receipt_.rows += batch->used;
    receipt_.rejected += batch->rejects.size();
    receipt_.left_out += batch->left_out;
    MUSUBI_RETURN_IF_ERROR(WriteRejects(batch->rejects));
    id_profile_.Add(batch->id_profile);
    if (batch->ids.size() == 0) return {};
    if (rows_.rows() == 0) {
      const std::size_t expected = ExpectedRows(*batch);
      rows_.Reserve(expected);
      ids_.Reserve(expected);
    }
    const std::size_t first = rows_.rows();
    rows_.refs.resize(first + batch->ids.size());
    auto* refs = reinterpret_cast<std::uint8_t*>(&rows_.refs[first]);
    MUSUBI_RETURN_IF_ERROR(context_.random->Fill({refs, batch->ids.size() * RecordRef::kBytes}));
    line_.clear();
    for (std::size_t i = 0; i < batch->ids.size(); ++i) {
      ids_.Add(batch->ids[i], batch->numbers[i]);
      AppendHex(rows_.refs[first + i].bytes, &line_);
      line_ += ',';
      line_ += request_.holder;
      line_ += ',';
      storage::AppendCsvCell(batch->ids[i], &line_);
      line_ += '\n';
    }
    AppendEncoded(*batch, &made_, &rows_);
    if (copies_) OfferToPlant(*batch, first);
    context_.Progress(receipt_.rows);
    return outputs_.refs.Write(line_);
  }

  // Rows that were rejected are no originals.
  void OfferToPlant(const EncodeBatch& batch, std::size_t first) {
    std::size_t row = 0;
    for (std::size_t i = 0; i < batch.ids.size(); ++i) {
      while (batch.rows[row].number() != batch.numbers[i]) ++row;
      copies_->Offer(batch.rows[row], first + i);
    }
  }

  Status Plant() {
    if (!copies_) return {};
    MUSUBI_ASSIGN_OR_RETURN(planted_, copies_->Make(rows_, context_));
    receipt_.planted = PlantReceipt{planted_.rows(), *request_.plant_seed, copies_->with_error(),
                                    copies_->with_errors()};
    return {};
  }

  // How many rows the whole input may have, by the size of its first rows: room that is made once
  // is not made, filled and copied again and again. 0 where it cannot be known.
  std::size_t ExpectedRows(const EncodeBatch& first) const {
    std::error_code error;
    const std::uintmax_t bytes = std::filesystem::file_size(request_.input, error);
    if (error) return 0;
    std::size_t first_bytes = 0;
    for (std::size_t i = 0; i < first.used; ++i) first_bytes += first.rows[i].bytes() + 1;
    // Rows may grow, so room is made for no more than this; beyond, growing it matters less.
    constexpr std::uintmax_t kMost = 1 << 22;
    return std::min(bytes / first_bytes * first.used + first.used, kMost);
  }

  Status WriteRejects(const std::vector<RejectedRow>& rejects) {
    if (rejects.empty()) return {};
    if (!outputs_.rejects) {
      const RejectedRow& first = rejects.front();
      return Error{ErrorCode::kBadData,
                   request_.input.string() + ": row " + std::to_string(first.row) +
                       (first.column.empty() ? "" : ", column " + first.column) + ": " +
                       first.reason + "; pass --rejects FILE to set such rows aside"};
    }
    line_.clear();
    for (const RejectedRow& reject : rejects) {
      line_ += std::to_string(reject.row) + ',';
      storage::AppendCsvCell(reject.column, &line_);
      line_ += ',';
      storage::AppendCsvCell(reject.reason, &line_);
      line_ += '\n';
    }
    return outputs_.rejects->Write(line_);
  }

  Status WriteOutputs() {
    storage::EncodingManifest manifest;
    manifest.holder = request_.holder;
    manifest.declares_duplicates = request_.declares_duplicates;
    manifest.contract = crypto::FingerprintOf(contract_);
    manifest.key_check.key = bloom::KeyCheckValue(&keys_);
    manifest.key_check.encoder = EncoderCheckValue(contract_, &keys_);
    manifest.records = rows_.rows();
    manifest.planted = planted_.rows();
    MUSUBI_RETURN_IF_ERROR(WriteEncoding(manifest));
    if (context_.stopped()) return Interrupted();
    // All are on the disk before the first appears, so that only renaming is left to fail. The
    // references first: an encoding file without them could never be traced back. For the same
    // reason an encoding file of an earlier run goes before its references are replaced.
    MUSUBI_RETURN_IF_ERROR(outputs_.encoding.Sync());
    MUSUBI_RETURN_IF_ERROR(outputs_.refs.Sync());
    if (outputs_.rejects) MUSUBI_RETURN_IF_ERROR(outputs_.rejects->Sync());
    MUSUBI_RETURN_IF_ERROR(outputs_.encoding.RemoveReplaced());
    MUSUBI_RETURN_IF_ERROR(outputs_.refs.Commit());
    if (outputs_.rejects) MUSUBI_RETURN_IF_ERROR(outputs_.rejects->Commit());
    return outputs_.encoding.Commit();
  }

  Status WriteEncoding(const storage::EncodingManifest& manifest) {
    if (!outputs_.package) {
      return storage::WriteEncodingFile(manifest, contract_, rows_, planted_, &outputs_.encoding);
    }
    storage::PackageWriter& writer = *outputs_.package;
    MUSUBI_RETURN_IF_ERROR(storage::StreamEncodingFile(
        manifest, contract_, rows_, planted_,
        [&writer](std::span<const std::uint8_t> bytes) { return writer.Write(bytes); }));
    MUSUBI_ASSIGN_OR_RETURN(const auto written, writer.Finish(&outputs_.encoding));
    receipt_.package = written.id;
    return {};
  }

  const EncodeRequest& request_;
  const Contract& contract_;
  const ExecContext& context_;
  CsvReader reader_;
  crypto::Sha256Stream* const input_;  // of all that `reader_` has read
  ColumnPlan plan_;
  Outputs outputs_;
  bloom::EncodingKeys keys_;
  std::optional<storage::SuppressedIds> without_;

  EncodedRows rows_;  // whose filters lie in made_, and in the encoders while the pipeline lives
  std::optional<PlantedCopies> copies_;
  EncodedRows planted_;  // borrows from copies_
  Slabs made_;
  UniqueIds ids_;
  EncodeReceipt receipt_;
  FieldProfile id_profile_;
  std::string line_;
};

// A seed that a run can be repeated with: a number that any JSON reader keeps whole.
Result<std::uint64_t> DrawSeed(const ExecContext& context) {
  std::array<std::uint8_t, 6> bytes;
  MUSUBI_RETURN_IF_ERROR(context.random->Fill(bytes));
  std::uint64_t seed = 0;
  for (const std::uint8_t byte : bytes) seed = seed << 8 | byte;
  return seed;
}

Status CheckRequest(const EncodeRequest& request) {
  if (!storage::IsHolderName(request.holder)) {
    return Error{
        ErrorCode::kUsage,
        "a holder's name has 1 to 64 of a-z, 0-9, _ and -, starting with a letter or digit"};
  }
  if (request.plant > kMostPlanted) {
    return Error{ErrorCode::kUsage,
                 "up to " + std::to_string(kMostPlanted) + " copies can be planted"};
  }
  return {};
}

}  // namespace

Result<EncodeReceipt> Encode(const EncodeRequest& request, const Contract& contract,
                             const crypto::LinkageSecret& secret, const ExecContext& context) {
  MUSUBI_RETURN_IF_ERROR(CheckRequest(request));
  EncodeRequest chosen = request;
  if (request.plant > 0 && !request.plant_seed) {
    MUSUBI_ASSIGN_OR_RETURN(chosen.plant_seed, DrawSeed(context));
  }
  MUSUBI_ASSIGN_OR_RETURN(chosen.charset,
                          ChooseCharset(request.input, request.charset, context.stop));
  crypto::Sha256Stream input;
  MUSUBI_ASSIGN_OR_RETURN(auto reader, CsvReader::Open(request.input, context.stop,
                                                       request.seal.input ? &input : nullptr));
  MUSUBI_RETURN_IF_ERROR(DecodeColumns(request.input, *chosen.charset, &reader));
  MUSUBI_ASSIGN_OR_RETURN(auto plan,
                          PlanColumns(contract, request.columns, request.id_column, reader));
  std::optional<storage::SuppressedIds> without;
  if (!request.without.empty()) {
    MUSUBI_ASSIGN_OR_RETURN(without, storage::SuppressedIds::Load(request.without));
  }
  MUSUBI_ASSIGN_OR_RETURN(auto outputs, OpenOutputs(request, contract, context));
  EncodeRun run(chosen, contract, context, std::move(reader), &input, std::move(plan),
                std::move(outputs), bloom::DeriveEncodingKeys(secret, contract),
                std::move(without));
  return run.Run();
}

}  // namespace musubi::engine
