#include "cli/interrupt.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/time.h>
#include <unistd.h>

#include "cli/tool.h"

enum { PATIENCE_AFTER_SIGNAL = 900, PATIENCE_AT_EXIT = 5000 }; /* milliseconds */

/* Signal handlers reach nothing but globals. */
static _Atomic(vtm_context *) running;
static atomic_int interrupted;       /* the signal that asked for the end; 0: none */
static atomic_int final_status = -1; /* at the end of the program: what it is to end with */

/* A program that ends by itself after Ctrl-C tells its shell that it was content, and a loop goes on. */
static void die_by(int signal_number) {
  sigset_t mask;
  (void)signal(signal_number, SIG_DFL);
  (void)sigemptyset(&mask);
  (void)sigaddset(&mask, signal_number);
  (void)pthread_sigmask(SIG_UNBLOCK, &mask, NULL);
  (void)raise(signal_number);
  _exit(CLI_EXIT_FAILED);
}

static void say(const char *message, size_t length) { (void)!write(STDERR_FILENO, message, length); }

static void end_now(void) {
  static const char stopped[] = "\ninterrupted\n";
  say(stopped, sizeof(stopped) - 1);
  die_by(atomic_load(&interrupted));
}

static void start_timer(long milliseconds) {
  const struct itimerval patience = {
      .it_value = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000}};
  (void)setitimer(ITIMER_REAL, &patience, NULL);
}

/* The time is up that was given to a cancelled run, or to what libraries do at exit. */
static void on_alarm(void) {
  const int ending = atomic_load(&final_status);
  if (atomic_load(&interrupted) == 0) _exit(ending >= 0 ? ending : CLI_EXIT_FAILED);
  if (ending >= 0) die_by(atomic_load(&interrupted));
  end_now();
}

static void on_signal(int signal_number, siginfo_t *info, void *unused) {
  static const char no_threads[] = "vtonmetrics: no memory, or too many processes, to start threads\n";
  (void)unused;
  if (signal_number == SIGALRM) on_alarm();
  /* OpenBLAS sends this to itself when it cannot start its threads. */
  if (info->si_code == SI_TKILL && info->si_pid == getpid()) {
    say(no_threads, sizeof(no_threads) - 1);
    _exit(CLI_EXIT_FAILED);
  }
  if (atomic_exchange(&interrupted, signal_number) != 0) end_now();
  vtm_context *context = atomic_load(&running);
  if (context != NULL) vtm_context_cancel(context);
  start_timer(PATIENCE_AFTER_SIGNAL); /* a long step inside a linear algebra library does not look at the flag */
}

void cli_interrupt_install(void) {
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_RESTART | SA_SIGINFO};
  (void)sigemptyset(&action.sa_mask);
  const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGALRM};
  for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++) {
    struct sigaction before;
    /* nohup and shell background jobs ignore some of them on purpose */
    if (sigaction(caught[i], NULL, &before) == 0 && before.sa_handler == SIG_IGN && caught[i] != SIGALRM) continue;
    (void)sigaction(caught[i], &action, NULL);
  }
  (void)signal(SIGPIPE, SIG_IGN);
  (void)signal(SIGXFSZ, SIG_IGN);
}

void cli_interrupt_cancels(vtm_context *context) {
  atomic_store(&running, context);
  if (context != NULL && atomic_load(&interrupted) != 0) vtm_context_cancel(context);
}

int cli_interrupt_end(int exit_status) {
  if (atomic_load(&interrupted) != 0) die_by(atomic_load(&interrupted));
  atomic_store(&final_status, exit_status);
  start_timer(PATIENCE_AT_EXIT);
  return exit_status;
}
