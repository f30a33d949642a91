#include "market/routes_json.h"

#include "base/text.h"
#include "market/units.h"

namespace jiaoji::market {

namespace {

json::Value label(const Text& text) { return json::object({{"zh", text.zh}, {"en", text.en}}); }

json::Value to_json(const Field& f) {
  json::Array options, units;
  for (const auto& o : f.options) options.push_back(json::object({{"code", o.code}, {"label", label(o.label)}}));
  if (f.type == FieldType::number && !f.unit.empty()) for (const auto& unit : units_like(f.unit)) units.emplace_back(unit);
  return json::object({{"id", f.id}, {"label", label(f.label)}, {"kind", to_string(f.type)}, {"required", f.required}, {"many", f.many}, {"unit", f.unit}, {"units", std::move(units)},
                       {"min", f.min ? json::Value(*f.min) : json::Value()}, {"max", f.max ? json::Value(*f.max) : json::Value()}, {"options", std::move(options)}, {"help", label(f.help)}});
}

json::Value to_json(const SideOf& side) {
  json::Array fields;
  for (const auto& field : side.fields) fields.push_back(to_json(field));
  return json::object({{"label", label(side.label)}, {"fields", std::move(fields)}});
}

template <class T>
json::Array labelled(const std::vector<T>& things) {
  json::Array out;
  for (const auto& thing : things) out.push_back(json::object({{"id", thing.id}, {"label", label(thing.label)}}));
  return out;
}

// JavaScript counts UTF-16 units; the engine counts bytes.
class Utf16 {
 public:
  explicit Utf16(std::string_view text) : at_(text.size() + 1) {
    std::int64_t units = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      at_[i] = units;
      if ((byte & 0xc0) != 0x80) units += byte >= 0xf0 ? 2 : 1;
    }
    at_[text.size()] = units;
  }
  std::int64_t of(std::uint32_t byte) const { return at_[std::min<std::size_t>(byte, at_.size() - 1)]; }

 private:
  std::vector<std::int64_t> at_;
};

json::Array spans(const std::vector<Matched>& matched, const Listing& listing) {
  json::Array out;
  for (const auto& m : matched) {
    if (m.where != "title" && m.where != "text") continue;
    const Utf16 units(m.where == "title" ? listing.title : listing.text);
    for (const auto& span : m.spans) out.push_back(json::object({{"field", m.where}, {"begin", units.of(span.begin)}, {"end", units.of(span.end)}}));
  }
  return out;
}

json::Value to_json(const Verdict& v, Language language) {
  return json::object({{"condition", v.condition}, {"label", v.label.in(language)}, {"truth", to_string(v.truth)}, {"demanded", v.demanded}, {"need_value", v.need_saw.in(language)},
                       {"offer_value", v.offer_saw.in(language)}, {"detail", v.sentence.in(language)}});
}

json::Value to_json(const ScorePart& p, Language language) {
  return json::object({{"id", p.id}, {"label", p.label.in(language)}, {"value", p.value}, {"weight", p.weight}, {"contribution", p.contribution}, {"detail", p.because.in(language)}});
}

json::Value to_json(const MatchView& view, const Match& match, Language language) {
  json::Array conditions, parts, duplicates(match.duplicates.begin(), match.duplicates.end());
  Text would_pass;
  for (const auto& verdict : match.conditions) {
    conditions.push_back(to_json(verdict, language));
    if (verdict.truth == Truth::no) would_pass = verdict.to_pass;
  }
  for (const auto& part : match.parts) parts.push_back(to_json(part, language));
  const bool need_asks = view.asking.side == Side::need;
  auto asking_spans = spans(match.matched_asking, view.asking), listing_spans = spans(match.matched_listing, match.listing);
  const auto row = view.rows.find(match.listing.id);
  auto value = json::object({{"listing", row == view.rows.end() ? json::Value() : to_json(row->second)}, {"score", match.score}, {"parts", std::move(parts)},
                             {"conditions", std::move(conditions)}, {"need_spans", need_asks ? std::move(asking_spans) : listing_spans},
                             {"offer_spans", need_asks ? std::move(listing_spans) : asking_spans}, {"duplicates", std::move(duplicates)}});
  auto& members = std::get<json::Object>(value.data);
  if (!would_pass.zh.empty()) members.set("would_pass", would_pass.in(language));
  if (const auto deal = view.deals.find(match.listing.id); deal != view.deals.end())
    members.set("deal", json::object({{"id", deal->second.id}, {"stage", deal->second.stage}}));
  return value;
}

json::Value side_json(const std::string& listing, const std::string& party, const std::string& city, const DealSideView& view) {
  auto value = json::object({{"listing", listing}, {"title", view.visible && view.row ? view.row->listing.title : ""},
                             {"party", json::object({{"id", party}, {"name", view.party ? view.party->name : ""}, {"city", city}})}});
  if (view.contact && view.party)
    std::get<json::Object>(value.data).set("contact", json::object({{"name", view.party->contact_name}, {"phone", view.party->contact_phone}}));
  return value;
}

}  // namespace

json::Value to_json(const Program& p, bool enabled) {
  json::Array reasons, parts, stages;
  for (const auto& r : p.drop_reasons) reasons.push_back(json::object({{"id", r.code}, {"label", label(r.label)}}));
  for (const auto& part : p.parts) parts.push_back(json::object({{"id", part.id}, {"label", label(part.label)}, {"weight", part.weight}}));
  for (const auto& s : p.stages) stages.push_back(json::object({{"id", s.id}, {"label", label(s.label)}, {"ends", s.ends}, {"drops", s.drops}}));
  return json::object({{"id", p.id}, {"label", label(p.label)}, {"about", label(p.about)}, {"enabled", enabled}, {"need", to_json(p.need)}, {"offer", to_json(p.offer)},
                       {"conditions", labelled(p.conditions)}, {"stages", std::move(stages)}, {"drop_reasons", std::move(reasons)}, {"parts", std::move(parts)}});
}

json::Value to_json(const IndustryCode& c) {
  const std::string parent = c.code.size() > 2 ? c.code.substr(0, c.code.size() - 1) : c.code.size() == 2 ? c.section : "";
  return json::object({{"code", c.code}, {"parent", parent}, {"name", c.name}});
}

json::Value to_json(const Proposal& p) { return json::object({{"code", p.code}, {"name", p.name}, {"confidence", p.confidence}}); }

json::Value to_json(const MatchView& view, const std::string& program, TimeMs at, Language language) {
  json::Array results, near_misses, refused;
  for (const auto& m : view.answer.matches) results.push_back(to_json(view, m, language));
  for (const auto& m : view.answer.near_misses) near_misses.push_back(to_json(view, m, language));
  for (const auto& m : view.answer.refused) refused.push_back(to_json(view, m, language));
  return json::object({{"program", program}, {"side", to_string(view.asking.side)}, {"at", format_time(at)}, {"searched", view.answer.listings}, {"micros", view.micros},
                       {"results", std::move(results)}, {"near_misses", std::move(near_misses)}, {"refused", std::move(refused)}});
}

json::Value to_json(const DealRow& d, const DealSideView& need, const DealSideView& offer, const std::vector<Side>& mine) {
  json::Array sides;
  for (const Side side : mine) sides.emplace_back(to_string(side));
  return json::object({{"id", d.id}, {"program", d.program}, {"need", side_json(d.need, d.need_party, d.need_city, need)},
                       {"offer", side_json(d.offer, d.offer_party, d.offer_city, offer)}, {"stage", d.stage}, {"reason", d.reason}, {"note", d.note},
                       {"need_agreed", d.need_agreed}, {"offer_agreed", d.offer_agreed}, {"my_sides", std::move(sides)}, {"version", d.version},
                       {"created_at", format_time(d.created_at)}, {"updated_at", format_time(d.updated_at)}});
}

}  // namespace jiaoji::market
