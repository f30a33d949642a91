// All of Boost.Beast stands in this file: it takes 15 seconds and 700 MB to compile.
#include "http/server.h"

#include <csignal>
#include <cstring>
#include <set>
#include <thread>

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include "base/ids.h"
#include "http/head.h"
#include "http/pool.h"

namespace jiaoji::http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using error_code = boost::system::error_code;
using Instant = std::chrono::steady_clock::time_point;

Instant now() { return std::chrono::steady_clock::now(); }

// No inline script, no request leaves this server (UI.md) but for images of the one origin that the operator named; nosniff and no
// frames on every answer, errors included.
std::string security_headers(const std::string& image_origin) {
  return fmt::format(
      "content-security-policy: default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:{}{}; object-src 'none'; "
      "base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n"
      "x-content-type-options: nosniff\r\nreferrer-policy: same-origin\r\ncross-origin-opener-policy: same-origin\r\n",
      image_origin.empty() ? "" : " ", image_origin);
}

std::string http_date(std::time_t time) {
  char text[40];
  std::tm tm{};
  gmtime_r(&time, &tm);
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
  return text;
}

std::string_view reason(int status) {
  const auto text = beast::http::obsolete_reason(static_cast<beast::http::status>(status));
  return {text.data(), text.size()};
}

}  // namespace

struct Session;

// One network thread: its event loop and the connections that it owns.
struct Loop {
  asio::io_context io{1};
  std::set<std::shared_ptr<Session>> sessions;
  asio::steady_timer sweep{io};
  std::thread thread;
  std::string date;
};

struct Server::Inside {
  Options options;
  Router router;
  std::string security;  // the same head lines of every answer
  Numbers numbers;
  std::vector<std::unique_ptr<Loop>> loops;
  std::unique_ptr<tcp::acceptor> acceptor;
  std::unique_ptr<asio::steady_timer> pause;
  std::unique_ptr<Pool> pool;
  std::atomic<bool> draining{false};
  std::atomic<std::size_t> next_loop{0};
  std::uint16_t port = 0;

  void accept();
  void sweep(Loop& loop);
};

struct Session : std::enable_shared_from_this<Session> {
  Session(tcp::socket s, Server::Inside& in, Loop& l) : socket(std::move(s)), inside(in), loop(l) {}

  tcp::socket socket;
  Server::Inside& inside;
  Loop& loop;
  beast::flat_buffer buffer;
  std::optional<beast::http::request_parser<beast::http::string_body>> parser;
  Request request;
  const Route* route = nullptr;
  enum class Phase { idle, head, body, handling, writing, streaming } phase = Phase::idle;
  Instant phase_began = now();
  Instant request_began;
  std::size_t body_seen = 0;
  bool keep_alive = false, head_only = false, closed = false;
  std::string head_out;
  Response response;

  const Limits& limits() const { return inside.options.limits; }

  void enter(Phase p) {
    phase = p;
    phase_began = now();
  }

  void begin() {
    loop.sessions.insert(shared_from_this());
    ++inside.numbers.connections;
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    read();
  }

  void close() {
    if (std::exchange(closed, true)) return;
    error_code ignored;
    socket.shutdown(tcp::socket::shutdown_both, ignored);
    socket.close(ignored);
    loop.sessions.erase(shared_from_this());
    --inside.numbers.connections;
  }

  // Called every second by the loop: closes what is past its time.
  bool overdue(Instant at) const {
    const auto spent = at - phase_began;
    switch (phase) {
      case Phase::idle: return inside.draining || spent > limits().idle;
      case Phase::head: return spent > limits().head;
      case Phase::body: return spent > std::chrono::seconds(10) + std::chrono::seconds(body_seen / limits().body_bytes_a_second);
      case Phase::writing: return spent > limits().write;
      case Phase::handling:
      case Phase::streaming: return false;
    }
    return false;
  }

  void read() {
    socket.async_read_some(buffer.prepare(16384), [self = shared_from_this()](error_code ec, std::size_t n) {
      if (ec) return self->close();
      self->buffer.commit(n);
      if (self->phase == Phase::body) self->body_seen += n;
      self->advance();
    });
  }

  std::string_view buffered() const { return {static_cast<const char*>(buffer.data().data()), buffer.size()}; }

  // Takes as much from the buffer as is there: a head, then a body, then runs the request.
  void advance() {
    if (phase == Phase::idle || phase == Phase::head) {
      // RFC 9112, 2.2: an empty line before the request line is passed over.
      while (phase == Phase::idle && buffered().starts_with("\r\n")) buffer.consume(2);
      if (buffer.size() == 0) return read();
      if (phase == Phase::idle) start_request();
      const auto end = buffered().find("\r\n\r\n");
      if (end == std::string_view::npos) {
        if (buffer.size() > limits().head_bytes) return refuse(431, "http.head_too_large", head_too_large());
        if (buffered().find('\n') != std::string_view::npos && buffered().find("\r\n") == std::string_view::npos) return refuse_head("a line of the head does not end in CR LF");
        return read();
      }
      if (!take_head(end + 4)) return;
    }
    if (!take_body()) return;
    dispatch();
  }

  void start_request() {
    enter(Phase::head);
    request_began = now();
    request = Request{};
    request.id = new_id("req", *inside.options.clock);
    route = nullptr;
    keep_alive = false;
    head_only = false;
    body_seen = 0;
  }

  Text head_too_large() const {
    return {fmt::format("请求头超过 {} 字节或 {} 个字段", limits().head_bytes, limits().headers),
            fmt::format("the head is larger than {} bytes or {} fields", limits().head_bytes, limits().headers)};
  }

  void refuse_head(std::string_view why) {
    refuse(400, "http.malformed", {fmt::format("HTTP 请求有误：{}", why), fmt::format("malformed HTTP: {}", why)});
  }

  bool take_head(std::size_t size) {
    const auto raw = buffered().substr(0, size);
    if (size > limits().head_bytes) return refuse(431, "http.head_too_large", head_too_large()), false;
    if (static_cast<std::size_t>(std::count(raw.begin(), raw.end(), '\n')) > limits().headers + 2) return refuse(431, "http.head_too_large", head_too_large()), false;
    if (const auto fault = raw_head_fault(raw)) return refuse_head(*fault), false;
    parser.emplace();
    parser->header_limit(static_cast<std::uint32_t>(limits().head_bytes + 1));
    parser->body_limit(boost::none);  // set below, once the route is known
    error_code ec;
    const auto used = parser->put(asio::buffer(raw.data(), raw.size()), ec);
    if (ec && ec != beast::http::error::need_more) return refuse_head(ec.message()), false;
    if (!parser->is_header_done()) return refuse_head("the head cannot be read"), false;
    read_head();
    buffer.consume(used);
    if (const auto fault = field_fault(request.headers, parser->get().version() == 11)) return refuse_head(*fault), false;
    return find_route();
  }

  void read_head() {
    const auto& message = parser->get();
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message) {
      std::string name(field.name_string());
      for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      request.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    error_code ec;
    const auto peer = socket.remote_endpoint(ec);
    request.remote = ec ? "" : peer.address().to_string();
    request.language = preferred_language(request.header("accept-language"));
    keep_alive = parser->keep_alive() && !inside.draining;
    head_only = request.method == "HEAD";
  }

  bool find_route() {
    const std::string_view target = request.target;
    const auto mark = target.find('?');
    auto path = percent_decode(target.substr(0, mark), false);
    auto query = parse_query(mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1));
    if (!path || !query || !target.starts_with('/'))
      return refuse(400, "http.bad_target", {"网址中有无效的字符或 % 编码", "the address has an invalid character or % code"}), false;
    request.path = *std::move(path);
    request.query = *std::move(query);
    auto found = inside.router.find(request.method, request.path);
    if (request.method != "GET" && request.method != "HEAD" && !found.route) {
      if (!found.allowed.empty() || request.method == "TRACE" || request.method == "CONNECT") {
        response = Response{};
        response.headers.emplace_back("allow", found.allowed.empty() ? "GET, HEAD" : found.allowed);
        return refuse(405, "http.method_not_allowed", {"此地址不支持该方法", "this address does not know that method"}), false;
      }
    }
    route = found.route;
    request.parameters = std::move(found.parameters);
    const std::size_t body_max = route ? route->body_max : 1u << 20;
    if (const auto length = parser->content_length(); length && *length > body_max) return refuse_body(body_max), false;
    parser->body_limit(body_max);
    parser->eager(true);
    enter(Phase::body);
    if (request.header("expect") == "100-continue" && !parser->is_done()) {
      error_code ec;
      asio::write(socket, asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")), ec);
    }
    return true;
  }

  void refuse_body(std::size_t max) {
    refuse(413, "http.body_too_large", {fmt::format("内容超过 {} 字节的上限", max), fmt::format("the body is larger than the limit of {} bytes", max)});
  }

  // True when the body is complete.
  bool take_body() {
    error_code ec;
    while (!parser->is_done()) {
      if (buffer.size() == 0) return read(), false;
      const auto used = parser->put(buffer.data(), ec);
      buffer.consume(used);
      if (ec == beast::http::error::need_more) {
        // A chunk header that does not end: its extensions are bounded like a head.
        if (buffer.size() > limits().head_bytes) return refuse_head("a chunk's header is too long"), false;
        return read(), false;
      }
      if (ec == beast::http::error::body_limit) return refuse_body(route ? route->body_max : 1u << 20), false;
      if (ec) return refuse_head(ec.message()), false;
    }
    request.body = std::move(parser->get().body());
    return true;
  }

  void dispatch() {
    enter(Phase::handling);
    const Handler& handler = route ? route->handler : inside.router.fallback();
    if (!handler) return respond(problem({Code::not_found, "http.not_found", {"没有这个地址", "there is nothing at this address"}, {}}, request));
    if (route && route->runs == Runs::quick) return respond(run(handler));
    ++inside.numbers.waiting;
    const bool taken = inside.pool->submit([self = shared_from_this(), &handler] {
      --self->inside.numbers.waiting;
      const bool late = now() - self->phase_began > self->limits().request;
      auto answer = std::make_shared<Response>(late ? self->busy() : self->run(handler));
      asio::post(self->loop.io, [self, answer] { self->respond(std::move(*answer)); });
    });
    if (!taken) {
      --inside.numbers.waiting;
      ++inside.numbers.refused;
      respond(busy());
    }
  }

  Response busy() const {
    return problem({Code::unavailable, "http.busy", {"服务器忙，请稍后再试", "the server is busy: try again shortly"}, {}}, request);
  }

  Response run(const Handler& handler) const {
    try {
      return handler(request);
    } catch (const std::exception& e) {  // a bug: logged with the request's id, told to nobody
      if (inside.options.log) {
        std::string line = R"({"level":"error","request":")" + request.id + R"(","exception":)";
        json::write_string(line, e.what());
        inside.options.log(line + "}");
      }
      return problem({Code::internal, "internal", {}, {}}, request);
    }
  }

  // Answers without a handler and closes: after a framing error nothing that follows can be trusted.
  void refuse(int status, std::string key, Text detail) {
    keep_alive = false;
    auto headers = std::move(response.headers);
    auto answer = problem({Code::invalid, std::move(key), std::move(detail), {}}, request);
    answer.status = status;
    const auto at = answer.body.find("\"status\":400");
    if (at != std::string::npos) answer.body.replace(at, 12, fmt::format("\"status\":{}", status));
    answer.headers.insert(answer.headers.end(), headers.begin(), headers.end());
    respond(std::move(answer));
  }

  std::string_view body_view() const {
    if (response.shared_body) return *response.shared_body;
    return response.static_body.empty() ? std::string_view(response.body) : response.static_body;
  }

  void respond(Response answer) {
    response = std::move(answer);
    if (inside.draining) keep_alive = false;
    if (response.stream && inside.numbers.streams.load() >= static_cast<std::int64_t>(limits().streams)) response = busy();
    head_out.clear();
    const auto out = std::back_inserter(head_out);
    fmt::format_to(out, "HTTP/1.1 {} {}\r\ndate: {}\r\nx-request-id: {}\r\n", response.status, reason(response.status), loop.date, request.id);
    const bool content = response.status != 204;  // which has neither type nor length (RFC 9110, 8.6)
    if (content) fmt::format_to(out, "content-type: {}\r\n", response.type);
    head_out += inside.security;
    bool cache = false;
    for (const auto& [name, value] : response.headers) {
      if (value.find_first_of("\r\n") != std::string::npos) continue;  // never split a response
      cache |= name == "cache-control";
      fmt::format_to(out, "{}: {}\r\n", name, value);
    }
    if (!cache) head_out += "cache-control: no-store\r\n";
    if (!keep_alive || response.stream) head_out += "connection: close\r\n";
    if (response.stream) head_out += "transfer-encoding: chunked\r\n\r\n";
    else if (content) fmt::format_to(out, "content-length: {}\r\n\r\n", body_view().size());
    else head_out += "\r\n";
    count();
    if (response.stream && !head_only) return start_stream();
    enter(Phase::writing);
    const auto body = head_only ? std::string_view() : body_view();
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head_out), asio::buffer(body.data(), body.size())};
    asio::async_write(socket, parts, [self = shared_from_this()](error_code ec, std::size_t) { self->written(ec); });
  }

  void written(error_code ec) {
    if (ec) return close();
    if (!keep_alive) return linger();
    response = Response{};
    parser.reset();
    enter(Phase::idle);
    if (buffer.size() > 0) return asio::post(loop.io, [self = shared_from_this()] { self->advance(); });
    read();
  }

  // Closing with unread bytes would reset the connection before the peer has read the answer.
  void linger() {
    error_code ec;
    socket.shutdown(tcp::socket::shutdown_send, ec);
    if (ec) return close();
    enter(Phase::writing);
    phase_began = now() - limits().write + std::chrono::seconds(2);
    drain_input();
  }
  void drain_input() {
    buffer.consume(buffer.size());
    socket.async_read_some(buffer.prepare(16384), [self = shared_from_this()](error_code ec, std::size_t) {
      if (ec) return self->close();
      self->drain_input();
    });
  }

  // A stream has a thread of its own, because it may wait long for its next piece; their number is bounded.
  void start_stream() {
    enter(Phase::streaming);
    ++inside.numbers.streams;
    std::thread([self = shared_from_this()] {
      timeval timeout{.tv_sec = static_cast<time_t>(self->limits().write.count()), .tv_usec = 0};
      error_code ec;
      self->socket.native_non_blocking(false, ec);
      ::setsockopt(self->socket.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
      const auto send = [&](std::string_view bytes) {
        while (!bytes.empty()) {
          const auto n = ::send(self->socket.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
          if (n <= 0) return false;
          bytes.remove_prefix(static_cast<std::size_t>(n));
        }
        return true;
      };
      bool good = send(self->head_out);
      std::string piece, framed;
      try {
        while (good && !self->inside.draining) {
          piece.clear();
          const bool more = self->response.stream(piece);
          if (!piece.empty()) {
            framed = fmt::format("{:x}\r\n", piece.size());
            framed += piece;
            framed += "\r\n";
            good = send(framed);
          }
          if (!more) break;
        }
        if (good) send("0\r\n\r\n");
      } catch (const std::exception&) {
        // A stream that fails halfway is cut off: without the last chunk, the client knows that it is not whole.
      }
      self->response.stream = nullptr;
      --self->inside.numbers.streams;
      asio::post(self->loop.io, [self] { self->close(); });
    }).detach();
  }

  void count() {
    auto& n = inside.numbers;
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now() - request_began).count();
    ++n.requests;
    n.micros += micros;
    ++n.status[std::clamp(response.status / 100, 0, 5)];
    static constexpr std::int64_t kUnder[] = {1'000, 5'000, 10'000, 25'000, 50'000, 100'000, 1'000'000};
    std::size_t bucket = 0;
    while (bucket < 7 && micros >= kUnder[bucket]) ++bucket;
    ++n.seconds_under[bucket];
    if (!inside.options.log) return;
    // The query stays out of the log: it may hold what a person searched for.
    const auto target = std::string_view(request.target).substr(0, request.target.find('?'));
    std::string line = fmt::format(R"({{"at":"{}","request":"{}","method":)", format_time(inside.options.clock->now()), request.id);
    json::write_string(line, request.method.substr(0, 20));
    line += ",\"path\":";
    json::write_string(line, target.substr(0, 200));
    fmt::format_to(std::back_inserter(line), R"(,"status":{},"micros":{},"bytes":{},"remote":"{}"}})", response.status, micros, body_view().size(), request.remote);
    inside.options.log(line);
  }
};

void Server::Inside::accept() {
  auto& loop = *loops[next_loop++ % loops.size()];
  acceptor->async_accept(loop.io, [this, &loop](error_code ec, tcp::socket socket) {
    if (ec == asio::error::operation_aborted || draining) return;
    const bool full = numbers.connections.load() >= static_cast<std::int64_t>(options.limits.connections);
    if (!ec) asio::post(loop.io, [this, &loop, s = std::make_shared<tcp::socket>(std::move(socket))] { std::make_shared<Session>(std::move(*s), *this, loop)->begin(); });
    if (!ec && !full) return accept();
    // Out of descriptors or connections: the system's queue holds them for a moment, instead of a loop that spins.
    pause->expires_after(std::chrono::milliseconds(100));
    pause->async_wait([this](error_code stopped) { if (!stopped) accept(); });
  });
}

void Server::Inside::sweep(Loop& loop) {
  loop.date = http_date(static_cast<std::time_t>(options.clock->now() / 1000));
  const auto at = now();
  std::vector<std::shared_ptr<Session>> late;
  for (const auto& session : loop.sessions) if (session->overdue(at)) late.push_back(session);
  for (const auto& session : late) session->close();
  loop.sweep.expires_after(draining ? std::chrono::milliseconds(50) : std::chrono::milliseconds(1000));
  loop.sweep.async_wait([this, &loop](error_code ec) { if (!ec) sweep(loop); });
}

Server::Server(Options options, Router router) : inside_(std::make_unique<Inside>()) {
  inside_->options = std::move(options);
  inside_->security = security_headers(inside_->options.image_origin);
  inside_->router = std::move(router);
}

Server::~Server() { stop(); }

Result<void> Server::start() {
  auto& in = *inside_;
  for (int i = 0; i < std::max(1, in.options.limits.network_threads); ++i) in.loops.push_back(std::make_unique<Loop>());
  error_code ec;
  const auto address = asio::ip::make_address(in.options.address, ec);
  if (ec) return fail(Code::invalid, "http.bad_address", {"监听地址无效：" + in.options.address, "not an address to listen on: " + in.options.address});
  const tcp::endpoint endpoint(address, in.options.port);
  in.acceptor = std::make_unique<tcp::acceptor>(in.loops[0]->io);
  in.acceptor->open(endpoint.protocol(), ec);
  if (!ec) in.acceptor->set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) in.acceptor->bind(endpoint, ec);
  if (!ec) in.acceptor->listen(1024, ec);
  if (ec)
    return fail(Code::unavailable, "http.cannot_listen",
                {fmt::format("无法监听 {}:{}：{}。端口被占用时请用 --port 换一个", in.options.address, in.options.port, ec.message()),
                 fmt::format("cannot listen on {}:{}: {}. If the port is taken, choose another with --port", in.options.address, in.options.port, ec.message())});
  in.port = in.acceptor->local_endpoint().port();
  in.pause = std::make_unique<asio::steady_timer>(in.loops[0]->io);
  in.pool = std::make_unique<Pool>(in.options.limits.workers, in.options.limits.queue);
  for (auto& loop : in.loops) in.sweep(*loop);
  in.accept();
  for (auto& loop : in.loops) loop->thread = std::thread([&l = *loop] { auto work = asio::make_work_guard(l.io); l.io.run(); });
  return {};
}

std::uint16_t Server::port() const { return inside_->port; }
bool Server::draining() const { return inside_->draining; }
const Numbers& Server::numbers() const { return inside_->numbers; }

void Server::stop() {
  auto& in = *inside_;
  if (in.loops.empty() || in.draining.exchange(true)) return;
  asio::post(in.loops[0]->io, [&in] {
    error_code ignored;
    in.acceptor->close(ignored);
  });
  for (auto& loop : in.loops) asio::post(loop->io, [&in, &l = *loop] { in.sweep(l); });
  const auto end = now() + in.options.limits.drain;
  while (now() < end && (in.numbers.connections > 0 || in.numbers.streams > 0)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  in.pool->stop();
  for (auto& loop : in.loops) {
    loop->io.stop();
    if (loop->thread.joinable()) loop->thread.join();
  }
  // Streams that outlived the drain hold their sessions; give them their last moment.
  for (int i = 0; i < 200 && in.numbers.streams > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

}  // namespace jiaoji::http
