// How the market's values look as JSON: the forms of api/openapi.yaml.
#pragma once

#include "market/service.h"

namespace jiaoji::market {

json::Value to_json(const Program& program, bool enabled);
json::Value to_json(const IndustryCode& code);
json::Value to_json(const Proposal& proposal);
json::Value to_json(const MatchView& view, const std::string& program, TimeMs at, Language language);
// A deal as `actor` may see it: titles of listings that it sees, contacts when both sides agreed or of its own side.
struct DealSideView { std::optional<ListingRow> row; std::optional<region::Party> party; bool visible = false, contact = false; };
json::Value to_json(const DealRow& deal, const DealSideView& need, const DealSideView& offer, const std::vector<Side>& mine);

}  // namespace jiaoji::market
