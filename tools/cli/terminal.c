#include "cli/terminal.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "vtonmetrics/tools/text.h"

#define RED "\033[1;31m"
#define YELLOW "\033[1;33m"
#define PLAIN "\033[0m"
#define ERASE_LINE "\r\033[K"

static const double seconds_between_drawings = 1.0 / 6.0;

enum { MOST_MESSAGE = 8192, STANDARD_WIDTH = 80, WIDEST_BAR = 30 };

static double monotonic_seconds(void) {
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static bool is_terminal(int descriptor) {
  const char *kind = getenv("TERM");
  return isatty(descriptor) && !(kind != NULL && strcmp(kind, "dumb") == 0);
}

bool cli_wants_color(int descriptor, const char *color) {
  if (strcmp(color, "always") == 0) return true;
  const char *no_color = getenv("NO_COLOR");
  return strcmp(color, "auto") == 0 && is_terminal(descriptor) && (no_color == NULL || *no_color == '\0');
}

int cli_terminal_width(int descriptor) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return STANDARD_WIDTH;
}

void cli_terminal_open(cli_terminal *terminal, const char *prefix, const char *color, bool quiet, bool verbose) {
  *terminal = (cli_terminal){.prefix = prefix,
                             .quiet = quiet,
                             .verbose = verbose && !quiet,
                             .color = cli_wants_color(STDERR_FILENO, color),
                             .bar = !quiet && is_terminal(STDERR_FILENO),
                             .watched = !quiet && isatty(STDERR_FILENO)};
}

void cli_terminal_erase_bar(cli_terminal *terminal) {
  if (terminal->bar_drawn) (void)fputs(ERASE_LINE, stderr);
  terminal->bar_drawn = false;
}

/* One write for a line, so that lines of several processes do not mix. */
static void print_message(cli_terminal *terminal, const char *color, const char *kind, const char *message) {
  char safe[MOST_MESSAGE];
  char line[MOST_MESSAGE + 256];
  (void)vtm_printable(message, safe, sizeof(safe));
  cli_terminal_erase_bar(terminal);
  const bool colored = terminal->color && *color != '\0';
  const int length = snprintf(line, sizeof(line), "%s%s: %s%s%s\n", colored ? color : "", terminal->prefix, kind,
                              colored ? PLAIN : "", safe);
  if (length > 0) (void)fwrite(line, 1, (size_t)length, stderr);
}

void cli_terminal_error(cli_terminal *terminal, const char *message) { print_message(terminal, RED, "", message); }

void cli_terminal_alarm(cli_terminal *terminal, const char *message) {
  print_message(terminal, YELLOW, "warning: ", message);
}

void cli_terminal_warning(cli_terminal *terminal, const char *message) {
  if (!terminal->quiet) cli_terminal_alarm(terminal, message);
}

void cli_terminal_wrote(cli_terminal *terminal, const char *path) {
  if (terminal->watched) print_message(terminal, "", "wrote ", path);
}

void cli_terminal_log(void *user, vtm_log_level level, const char *message) {
  cli_terminal *terminal = user;
  if (level == VTM_LOG_WARNING)
    cli_terminal_warning(terminal, message);
  else if (terminal->verbose)
    print_message(terminal, "", "", message);
}

bool cli_terminal_ask(void *user, const char *question) {
  cli_terminal *terminal = user;
  char safe[MOST_MESSAGE];
  char answer[8] = "";
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) return false;
  (void)vtm_printable(question, safe, sizeof(safe));
  cli_terminal_erase_bar(terminal);
  (void)fprintf(stderr, "%s: %s [y/N] ", terminal->prefix, safe);
  (void)fflush(stderr);
  /* Unlike a read, waiting ends with Ctrl-C */
  if (poll(&input, 1, -1) <= 0 || read(STDIN_FILENO, answer, sizeof(answer) - 1) <= 0) {
    (void)fputc('\n', stderr);
    return false;
  }
  return answer[0] == 'y' || answer[0] == 'Y';
}

/* 57, 3041, 2.31M: images as they are, bytes of a download in millions. */
static const char *format_count(double value, char text[32]) {
  if (value >= 1e9)
    (void)snprintf(text, 32, "%.2fG", value / 1e9);
  else if (value >= 1e6)
    (void)snprintf(text, 32, "%.1fM", value / 1e6);
  else
    (void)snprintf(text, 32, value < 10.0 && value != (double)(long)value ? "%.1f" : "%.0f", value);
  return text;
}

static const char *format_duration(double seconds, char text[32]) {
  const long whole = seconds < 0 || seconds > 3.6e6 ? 0 : (long)(seconds + 0.5);
  if (whole >= 3600)
    (void)snprintf(text, 32, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
  else
    (void)snprintf(text, 32, "%ld:%02ld", whole / 60, whole % 60);
  return text;
}

static void compose_bar(const cli_terminal *terminal, const vtm_progress *progress, double elapsed, char *line,
                        int size) {
  char done[32];
  char total[32];
  char rate[32];
  char left[32];
  const double per_second = elapsed > 0.0 ? (double)progress->done / elapsed : 0.0;
  if (progress->total == 0) {
    (void)snprintf(line, (size_t)size, "%s  %s  %s/s", terminal->stage, format_count((double)progress->done, done),
                   format_count(per_second, rate));
  } else {
    const double share = (double)progress->done / (double)progress->total;
    char bar[WIDEST_BAR + 1];
    for (int i = 0; i < WIDEST_BAR; i++) bar[i] = i < (int)(share * WIDEST_BAR) ? '#' : '.';
    bar[WIDEST_BAR] = '\0';
    const int used = snprintf(line, (size_t)size, "%s  [%s]  %s/%s  %s/s", terminal->stage, bar,
                              format_count((double)progress->done, done), format_count((double)progress->total, total),
                              format_count(per_second, rate));
    if (per_second > 0.0 && used > 0 && used < size)
      (void)snprintf(line + used, (size_t)(size - used), "  %s left",
                     format_duration((double)(progress->total - progress->done) / per_second, left));
  }
}

void cli_terminal_progress(void *user, const vtm_progress *progress) {
  cli_terminal *terminal = user;
  if (!terminal->bar) return;
  const double time = monotonic_seconds();
  char stage[sizeof(terminal->stage)];
  (void)vtm_printable(progress->stage != NULL ? progress->stage : "", stage, sizeof(stage));
  if (strcmp(stage, terminal->stage) != 0 || terminal->stage_start <= 0.0) {
    (void)snprintf(terminal->stage, sizeof(terminal->stage), "%s", stage);
    terminal->stage_start = time;
  }
  if (progress->total != 0 && progress->done >= progress->total) {
    cli_terminal_erase_bar(terminal);
    terminal->last_drawn = time;
    return;
  }
  if (time - terminal->last_drawn < seconds_between_drawings) return;
  terminal->last_drawn = time;
  char line[512];
  compose_bar(terminal, progress, time - terminal->stage_start, line, sizeof(line));
  const int width = cli_terminal_width(STDERR_FILENO) - 1; /* the last column makes some terminals wrap */
  (void)fprintf(stderr, ERASE_LINE "%.*s", width, line);
  (void)fflush(stderr);
  terminal->bar_drawn = true;
}
