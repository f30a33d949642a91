// For tests: procedures written in short C++, and cases played by short words.
//
//   play(start() + user("a") + end() + flows("s a e"), "a:x=3") == "a | completed"
//
// The answer is what was done, in its order, then what waits: the open tasks, or how the case ended, or the key of the error.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "casework/advance.h"
#include "feel/evaluate.h"

namespace jiaoji::casework::bpmn {

using std::string;

inline std::vector<string> split(const string& text, char at) {
  std::vector<string> out(1);
  for (const char c : text) {
    if (c == at) out.emplace_back();
    else out.back() += c;
  }
  return out;
}
inline string escaped(std::string_view said) {
  string out;
  for (const char c : said) out += c == '<' ? "&lt;" : c == '&' ? "&amp;" : c == '"' ? "&quot;" : string(1, c);
  return out;
}
inline string element(const string& name, const string& id, const string& inside = "", const string& attributes = "") { return fmt::format("<{0} id=\"{1}\" {2}>{3}</{0}>", name, id, attributes, inside); }

// ---- events; what they wait for or throw: message("m"), timer("PT1H"), …
inline string message(const string& name, const string& key = "") { return fmt::format("<messageEventDefinition messageRef=\"message_{}\" j:key=\"{}\"/>", name, escaped(key)); }
inline string signal(const string& name) { return fmt::format("<signalEventDefinition signalRef=\"signal_{}\"/>", name); }
inline string error(const string& code = "") { return code.empty() ? "<errorEventDefinition/>" : fmt::format("<errorEventDefinition errorRef=\"error_{}\"/>", code); }
inline string escalation(const string& code = "") { return code.empty() ? "<escalationEventDefinition/>" : fmt::format("<escalationEventDefinition escalationRef=\"escalation_{}\"/>", code); }
inline string condition(const string& feel) { return fmt::format("<conditionalEventDefinition><condition>{}</condition></conditionalEventDefinition>", escaped(feel)); }
inline string compensation(const string& activity = "", const string& attributes = "") { return activity.empty() ? fmt::format("<compensateEventDefinition {}/>", attributes) : fmt::format("<compensateEventDefinition activityRef=\"{}\" {}/>", activity, attributes); }
inline string link(const string& name) { return fmt::format("<linkEventDefinition name=\"{}\"/>", name); }
inline const string terminate = "<terminateEventDefinition/>", cancel = "<cancelEventDefinition/>";
inline string timer(const string& text) {
  const char* kind = text[0] == 'R' ? "timeCycle" : text[0] == 'P' ? "timeDuration" : "timeDate";
  return fmt::format("<timerEventDefinition><{0}>{1}</{0}></timerEventDefinition>", kind, escaped(text));
}

inline string start(const string& id = "s", const string& event = "", const string& attributes = "") { return element("startEvent", id, event, attributes); }
inline string end(const string& id = "e", const string& event = "") { return element("endEvent", id, event); }
inline string catching(const string& id, const string& event, const string& attributes = "") { return element("intermediateCatchEvent", id, event, attributes); }
inline string throwing(const string& id, const string& event) { return element("intermediateThrowEvent", id, event); }
inline string boundary(const string& id, const string& on, const string& event, bool interrupting = true) { return element("boundaryEvent", id, event, fmt::format("attachedToRef=\"{}\" cancelActivity=\"{}\"", on, interrupting)); }

// ---- activities; `inside`: their loop; `attributes`: startQuantity="2", j:role="…"
inline string task(const string& id, const string& inside = "", const string& attributes = "") { return element("task", id, inside, attributes); }
inline string user(const string& id, const string& inside = "", const string& attributes = "") { return element("userTask", id, inside, attributes); }
inline string script(const string& id, const string& feel, const string& inside = "", const string& attributes = "") { return element("scriptTask", id, inside + "<script>" + escaped(feel) + "</script>", attributes); }
inline string receive(const string& id, const string& name, const string& inside = "", const string& attributes = "") { return element("receiveTask", id, inside, fmt::format("messageRef=\"message_{}\" {}", name, attributes)); }
inline string send(const string& id, const string& name) { return element("sendTask", id, "", fmt::format("messageRef=\"message_{}\"", name)); }
inline string decide(const string& id, const string& decision, const string& result) { return element("businessRuleTask", id, "", fmt::format("j:decision=\"{}\" j:result=\"{}\"", decision, result)); }
inline string sub(const string& id, const string& inside, const string& attributes = "") { return element("subProcess", id, inside, attributes); }
inline string event_sub(const string& id, const string& inside) { return sub(id, inside, "triggeredByEvent=\"true\""); }
inline string transaction(const string& id, const string& inside) { return element("transaction", id, inside); }
inline string call(const string& id, const string& process, const string& inside = "") { return element("callActivity", id, inside, fmt::format("calledElement=\"{}\"", process)); }
inline string undo(const string& event, const string& by) { return fmt::format("<association id=\"undo_{0}\" sourceRef=\"{0}\" targetRef=\"{1}\"/>", event, by); }
// A user task "x" or script that is undone by `by`, a script without effect.
inline string undone_by(const string& id, const string& by) { return boundary("on_" + id, id, compensation()) + script(by, "{}", "", "isForCompensation=\"true\"") + undo("on_" + id, by); }
inline string times(const string& cardinality, bool sequential = false, const string& done_when = "") {
  return fmt::format("<multiInstanceLoopCharacteristics isSequential=\"{}\"><loopCardinality>{}</loopCardinality>{}</multiInstanceLoopCharacteristics>", sequential, escaped(cardinality), done_when.empty() ? "" : "<completionCondition>" + escaped(done_when) + "</completionCondition>");
}
inline string each(const string& list, const string& item, const string& output = "", const string& output_item = "", bool sequential = false) {
  return fmt::format("<multiInstanceLoopCharacteristics isSequential=\"{}\" j:collection=\"{}\" j:item=\"{}\" j:output=\"{}\" j:outputItem=\"{}\"/>", sequential, list, item, output, output_item);
}
inline string loop(const string& condition, const string& attributes = "") { return fmt::format("<standardLoopCharacteristics {}>{}</standardLoopCharacteristics>", attributes, condition.empty() ? "" : "<loopCondition>" + escaped(condition) + "</loopCondition>"); }

// ---- gateways and flows
inline string exclusive(const string& id, const string& otherwise = "") { return element("exclusiveGateway", id, "", otherwise.empty() ? "" : fmt::format("default=\"{}_{}\"", id, otherwise)); }
inline string inclusive(const string& id, const string& otherwise = "") { return element("inclusiveGateway", id, "", otherwise.empty() ? "" : fmt::format("default=\"{}_{}\"", id, otherwise)); }
inline string parallel(const string& id) { return element("parallelGateway", id); }
inline string race(const string& id, const string& attributes = "") { return element("eventBasedGateway", id, "", attributes); }
inline string flow(const string& from, const string& to, const string& when = "") {
  return fmt::format("<sequenceFlow id=\"{0}_{1}\" sourceRef=\"{0}\" targetRef=\"{1}\">{2}</sequenceFlow>", from, to, when.empty() ? "" : "<conditionExpression>" + escaped(when) + "</conditionExpression>");
}
// "s a e, a b": a flow from each to the next, anew after each comma.
inline string flows(const string& paths) {
  string out;
  for (const auto& path : split(paths, ',')) {
    string from;
    for (const auto& word : split(path, ' ')) {
      if (word.empty()) continue;
      if (!from.empty()) out += flow(from, word);
      from = word;
    }
  }
  return out;
}

inline string process(const string& id, const string& inside) { return element("process", id, inside, "isExecutable=\"true\""); }
// A whole file, with the messages m, n and o, the signals p and q, the errors E and F and the escalations G and H.
inline string file(const string& processes, const string& more = "") {
  string declared;
  for (const auto& [kind, code, ids] : {std::tuple("message", "name", "mno"), std::tuple("signal", "name", "pq"), std::tuple("error", "errorCode", "EF"), std::tuple("escalation", "escalationCode", "GH")}) {
    for (const char id : std::string_view(ids)) declared += fmt::format("<{0} id=\"{0}_{1}\" {2}=\"{1}\"/>", kind, id, code);
  }
  return fmt::format("<definitions xmlns=\"{}\" xmlns:j=\"{}\" id=\"d\" targetNamespace=\"t\">{}{}{}</definitions>", kBpmnNamespace, kOwnNamespace, declared, processes, more);
}

inline Procedure read(const string& whole) {
  auto reading = read_procedure(whole);
  if (!reading) throw std::runtime_error(reading.error().detail.en);
  for (const auto& problem : reading->problems) throw std::runtime_error(problem.element + ": " + problem.text.en);
  return std::move(reading->procedure);
}

inline feel::Value value_of(const string& feel) {
  feel::Run run;
  const auto parsed = compile(feel);
  if (!parsed) throw std::runtime_error(parsed.error().detail.en);
  return *feel::evaluate((*parsed)->expression, {}, run);
}

// A case at work. Each step is also made from the state as JSON brings it back, and must give the same.
class Case {
 public:
  explicit Case(Procedure procedure, Surroundings surroundings = {}) : procedure_(std::move(procedure)), surroundings_(std::move(surroundings)) {}

  Result<void> step(const Event& event) {
    const auto kept = json::write(to_json(state));
    auto after = advance(procedure_, state, event, now, surroundings_);
    if (json::write(to_json(state)) != kept) throw std::logic_error("a step changed the state that it was given");
    // The twin never went through JSON, and must move in the same way.
    auto twin = advance(procedure_, twin_, event, now, surroundings_);
    const auto same = [](const Move& a, const Move& b) { return a.what == b.what && a.item == b.item && a.at == b.at; };
    if (twin.has_value() != after.has_value() || (twin && !std::ranges::equal(twin->effects.moves, after->effects.moves, same))) throw std::logic_error("a state that was read again moves in another way");
    if (!after) return std::unexpected(after.error());
    twin_ = std::move(twin->state);
    const auto again = read_state(*json::parse(json::write(to_json(after->state))), procedure_);
    if (!again || json::write(to_json(*again)) != json::write(to_json(after->state))) throw std::logic_error("the state does not survive JSON");
    state = *again, effects = std::move(after->effects);
    for (const auto& move : effects.moves) {
      if (move.at == kNone || move.what == Move::What::flow) continue;
      const auto& node = procedure_.nodes[static_cast<std::size_t>(move.at)];
      if (node.kind == Kind::task && move.what == (node.loop.kind == Loop::Kind::none ? Move::What::entered : Move::What::began)) done.push_back(node.id);
    }
    return {};
  }
  Result<void> begin(const Variables& variables = {}, const string& process = "p", const string& at = "") { return step({.kind = Event::Kind::start, .container = procedure_.find_process(process), .node = at.empty() ? kNone : procedure_.find_node(at), .name = {}, .variables = variables}); }

  // "a" completes the first open task a, "a:x=3" with a variable, "a!E" fails it; "@m" brings a message, "#p" a signal, "x=3" a variable;
  // "+" lets the next timer come.
  Result<void> take(const string& word) {
    Event event{.kind = Event::Kind::complete, .name = {}, .variables = {}};
    if (word == "+") return next_timer();
    const auto sets = word.find('='), fails = word.find('!');
    auto who = word.substr(0, std::min(word.find(':'), fails));
    if (word[0] == '@' || word[0] == '#') event.kind = word[0] == '@' ? Event::Kind::message : Event::Kind::signal, event.name = who.substr(1);
    else if (fails != string::npos) event.kind = Event::Kind::fail, event.name = word.substr(fails + 1);
    else if (sets != string::npos && word.find(':') == string::npos) event.kind = Event::Kind::set;
    if (sets != string::npos) {
      const auto colon = word.find(':');
      const auto name_at = colon == string::npos ? 0 : colon + 1;
      event.variables = {{word.substr(name_at, sets - name_at), value_of(word.substr(sets + 1))}};
    }
    for (const auto& item : state.items) {
      if (item.kind == Item::Kind::task && event.item == 0 && id_of(item.node) == who) event.item = item.id;
    }
    return step(event);
  }
  Result<void> next_timer() {
    const Wait* next = nullptr;
    for (const auto& wait : state.waits) {
      if (wait.trigger == Trigger::timer && (!next || wait.due < next->due)) next = &wait;
    }
    if (!next) throw std::logic_error("no timer waits");
    now = std::max(now, next->due);
    return step({.kind = Event::Kind::timer, .item = next->id, .name = {}, .variables = {}});
  }

  string waits_for() const {
    if (!state.open()) return state.outcome == State::Outcome::failed ? "failed " + state.error : to_string(state.outcome);
    std::vector<string> open;
    for (const auto& item : state.items) {
      if (item.kind == Item::Kind::task) open.push_back(id_of(item.node));
    }
    std::ranges::sort(open);
    for (const auto at : stuck_at(state)) open.push_back("stuck:" + id_of(at));
    return fmt::format("{}", fmt::join(open, " "));
  }
  string id_of(Index at) const { return procedure_.nodes[static_cast<std::size_t>(at)].id; }
  const Procedure& procedure() const { return procedure_; }

  State state;
  Effects effects;
  std::vector<string> done;
  TimeMs now = 1'800'000'000'000;  // 2027-01-15T16:00:00+08:00

 private:
  Procedure procedure_;
  Surroundings surroundings_;
  State twin_;
};

// Plays the process "p" of a file.
inline string play_file(const string& whole, const string& words = "", const Variables& variables = {}, const Surroundings& surroundings = {}) {
  Case one(read(whole), surroundings);
  auto went = one.begin(variables);
  for (const auto& word : split(words, ' ')) {
    if (went && !word.empty()) went = one.take(word);
  }
  return fmt::format("{} | {}", fmt::join(one.done, " "), went ? one.waits_for() : went.error().key);
}
inline string play(const string& inside, const string& words = "", const Variables& variables = {}, const Surroundings& surroundings = {}) { return play_file(file(process("p", inside)), words, variables, surroundings); }

// What the case knows in the end, or the key of the error.
inline string variables_after(const string& whole, const string& words = "", const Variables& variables = {}, const Surroundings& surroundings = {}) {
  Case one(read(whole), surroundings);
  auto went = one.begin(variables);
  for (const auto& word : split(words, ' ')) {
    if (went && !word.empty()) went = one.take(word);
  }
  if (!went) return went.error().key;
  return one.state.items.empty() ? "ended" : json::write(to_json(one.state.items[0].variables));
}

}  // namespace jiaoji::casework::bpmn
