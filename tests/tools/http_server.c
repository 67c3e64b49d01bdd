/* A web server for the tests of downloads: one file, on the loopback interface only.
 *
 *   http_server FILE MODE
 *
 * prints its port, then serves FILE under every path until it is killed or a minute has passed, and logs
 * each request's path and range to standard output. MODE:
 *   ranges       as a good server does, with byte ranges
 *   whole        ignores ranges
 *   cut=N        closes the connection after N bytes of the body
 *   slow         64 kB, then nothing more
 *   endless      the file again and again, without a length
 *   missing      404 with a page
 *   redirect     to /moved first */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LIFETIME = 60, REQUEST = 8192, SLOW_BYTES = 65536 };

static char *content;
static size_t content_size;

static int load(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) return -1;
  content_size = (size_t)ftell(file);
  rewind(file);
  content = malloc(content_size + 1);
  const int good = content != NULL && fread(content, 1, content_size, file) == content_size;
  (void)fclose(file);
  return good ? 0 : -1;
}

static void send_all(int connection, const char *bytes, size_t size) {
  while (size > 0) {
    const ssize_t sent = send(connection, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes += sent;
    size -= (size_t)sent;
  }
}

static void send_text(int connection, const char *text) { send_all(connection, text, strlen(text)); }

/* The offset of "Range: bytes=N-", 0 without one. */
static size_t range_of(const char *request) {
  const char *range = strcasestr(request, "\nRange: bytes=");
  return range != NULL ? strtoull(range + strlen("\nRange: bytes="), NULL, 10) : 0;
}

static void send_content(int connection, size_t start, const char *mode) {
  char head[512];
  if (start > 0 && start >= content_size) {
    send_text(connection, "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    return;
  }
  if (start > 0)
    (void)snprintf(head, sizeof(head),
                   "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes %zu-%zu/%zu\r\nContent-Length: %zu\r\n"
                   "Connection: close\r\n\r\n",
                   start, content_size - 1, content_size, content_size - start);
  else
    (void)snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
                   content_size);
  send_text(connection, head);
  size_t size = content_size - start;
  if (strncmp(mode, "cut=", 4) == 0 && strtoull(mode + 4, NULL, 10) < size) size = strtoull(mode + 4, NULL, 10);
  if (strcmp(mode, "slow") == 0 && size > SLOW_BYTES) size = SLOW_BYTES;
  send_all(connection, content + start, size);
  if (strcmp(mode, "slow") == 0) (void)pause();
}

static void send_endless(int connection) {
  send_text(connection, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
  while (send(connection, content, content_size, MSG_NOSIGNAL) > 0) {
  }
}

static void answer(int connection, const char *mode) {
  static char request[REQUEST];
  size_t length = 0;
  while (length + 1 < sizeof(request)) {
    const ssize_t got = recv(connection, request + length, sizeof(request) - 1 - length, 0);
    if (got <= 0) return;
    length += (size_t)got;
    request[length] = '\0';
    if (strstr(request, "\r\n\r\n") != NULL) break;
  }
  const size_t start = strcmp(mode, "whole") == 0 ? 0 : range_of(request);
  const size_t path = strcspn(request, " ") + 1;
  (void)printf("request %.*s from %zu\n", (int)strcspn(request + path, " \r\n"), request + path, start);
  (void)fflush(stdout);
  if (strcmp(mode, "missing") == 0)
    send_text(connection, "HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\nConnection: close\r\n\r\nnot here\n");
  else if (strcmp(mode, "redirect") == 0 && strncmp(request + path, "/moved", 6) != 0)
    send_text(connection, "HTTP/1.1 302 Found\r\nLocation: /moved\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  else if (strcmp(mode, "endless") == 0)
    send_endless(connection);
  else
    send_content(connection, start, mode);
}

int main(int argc, char **argv) {
  if (argc != 3 || load(argv[1]) != 0) {
    (void)fprintf(stderr, "usage: http_server FILE MODE\n");
    return 2;
  }
  (void)alarm(LIFETIME);
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof(address);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(listener, 8) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
    perror("http_server");
    return 1;
  }
  (void)printf("%d\n", ntohs(address.sin_port));
  (void)fflush(stdout);
  for (;;) {
    const int connection = accept(listener, NULL, NULL);
    if (connection < 0) continue;
    answer(connection, argv[2]);
    (void)shutdown(connection, SHUT_WR);
    (void)close(connection);
  }
}
