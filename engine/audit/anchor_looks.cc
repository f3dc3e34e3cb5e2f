#include "engine/audit/anchor_looks.h"

#include "engine/audit/anchor_profile.h"
#include "engine/audit/unit_rows.h"

namespace musubi::engine {
namespace {

using Eigen::Index;

Matrix RestToFirst(const Matrix& rows, Index first) {
  const Matrix rest = rows.bottomRows(rows.rows() - first);
  return Product(rest, rows.topRows(first).transpose());
}

AnchorLook LookAt(const Matrix& victims, const Matrix& attackers,
                  const std::vector<Records>& tokens, std::size_t known) {
  const auto behind = tokens.begin() + static_cast<std::ptrdiff_t>(known);
  const Matrix cosines = TokenCosines({behind, tokens.end()}, {tokens.begin(), behind});
  AnchorLook look;
  look.observed = RestToFirst(victims, cosines.cols());
  look.own_key = RestToFirst(attackers, cosines.cols());
  look.by_curve = SimilarityCurve(cosines, look.own_key).Of(cosines);
  return look;
}

}  // namespace

std::vector<AnchorLook> LooksAt(const Encoded& encoded, const ClearTokens& tokens,
                                std::size_t known, bool views) {
  std::vector<AnchorLook> looks;
  looks.push_back(LookAt(encoded.victims(), encoded.attackers(), tokens.of, known));
  const std::vector<FilterColumn>& filters = encoded.set().filters;
  if (!views || filters.size() == 1) return looks;
  const std::vector<Matrix> victims = UnitRowsByFilter(encoded.victims(), filters);
  const std::vector<Matrix> attackers = UnitRowsByFilter(encoded.attackers(), filters);
  for (std::size_t view = 0; view < filters.size(); ++view) {
    looks.push_back(LookAt(victims[view], attackers[view], tokens.OfFilter(view), known));
  }
  return looks;
}

AnchorLook SideBySide(const std::vector<AnchorLook>& views, Index anchors) {
  const auto join = [&](Matrix AnchorLook::*part) {
    Matrix joined((views[0].*part).rows(), static_cast<Index>(views.size()) * anchors);
    Index first = 0;
    for (const AnchorLook& view : views) {
      joined.middleCols(first, anchors) = (view.*part).leftCols(anchors);
      first += anchors;
    }
    return joined;
  };
  return {join(&AnchorLook::observed), join(&AnchorLook::own_key), join(&AnchorLook::by_curve)};
}

}  // namespace musubi::engine
