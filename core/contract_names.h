// The names that a contract's JSON gives to what it chooses from.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/contract_parts.h"
#include "core/filter_parts.h"

namespace musubi {

std::string_view NameOf(FieldKind kind);
std::string_view NameOf(Level level);
std::string_view NameOf(Profile profile);
std::string_view NameOf(CandidateMethod method);
std::string_view NameOf(ModelKind model);
std::string_view NameOf(ResolutionKind resolution);

// What is called `name`, or nothing.
std::optional<FieldKind> FieldKindOf(std::string_view name);
std::optional<FieldPart> FieldPartOf(std::string_view name);
std::optional<DateOrder> DateOrderOf(std::string_view name);
std::optional<InvalidPolicy> InvalidPolicyOf(std::string_view name);
std::optional<Level> LevelOf(std::string_view name);
std::optional<TokenKind> TokenKindOf(std::string_view name);
std::optional<PartForm> PartFormOf(std::string_view name);
std::optional<CandidateMethod> CandidateMethodOf(std::string_view name);
std::optional<ModelKind> ModelKindOf(std::string_view name);
std::optional<ResolutionKind> ResolutionKindOf(std::string_view name);
std::optional<Profile> ProfileOf(std::string_view name);
std::optional<HardeningKind> HardeningKindOf(std::string_view name);

// All kinds of fields, separated by `separator`: for help.
std::string FieldKindNames(std::string_view separator);

// Whether a field of this kind is a person's name.
bool IsName(FieldKind kind);

// Whether `part` can be taken of a field of kind `kind`.
bool PartFits(FieldPart part, FieldKind kind);

}  // namespace musubi
