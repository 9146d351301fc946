/*
 * Hands a command over to the resident engine of this user, and ends as it ends there; runs it as
 * a plain process where there is no engine that takes it.
 *
 *     rearview-client JAR JAVA PLAIN...
 *
 * PLAIN is the whole command line of the plain process: whatever starts java, and behind the word
 * MAIN the command with its arguments. docs/internals/RESIDENT.md tells the protocol. Nothing is
 * read or written for the command before the engine has taken it, so that to fall back is always
 * whole. For Linux.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAIN "dev.rearview.tools.Main"
#define PROTOCOL 1
#define MOST_OCTETS (8u << 20)
#define MOST_GROUPS 256
#define PATIENCE_MS 1000 /* for the engine to take it */
#define GRACE_MS 2000    /* for the engine to end what was interrupted */

extern char **environ;

static const char *name = "rearview"; /* of the command, for messages */
static sigset_t before;               /* the signals that were blocked at the start */
static char directory[sizeof ((struct sockaddr_un *)0)->sun_path];
static char key[17];

/* ---- Falling back ------------------------------------------------------------------------- */

static void plain(char **command) {
    sigprocmask(SIG_SETMASK, &before, NULL);
    execvp(command[0], command);
    fprintf(stderr, "%s: %s: %s\n", name, command[0], strerror(errno));
    _exit(127);
}

/* ---- Where the engine is ------------------------------------------------------------------ */

static uint64_t hashed(uint64_t hash, const char *text) {
    for (; *text; text++) {
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3ull;
    }
    return hash;
}

/* What a file is: another build, or another JDK, has another engine. */
static int identify(const char *path, uint64_t *hash) {
    struct stat s;
    char text[128];
    if (stat(path, &s) != 0) {
        return -1;
    }
    snprintf(text, sizeof text, "%x:%x:%llx:%llx:%llx.%lx;", major(s.st_dev), minor(s.st_dev),
             (unsigned long long)s.st_ino, (unsigned long long)s.st_size,
             (unsigned long long)s.st_mtim.tv_sec, (unsigned long)s.st_mtim.tv_nsec);
    *hash = hashed(*hash, text);
    return 0;
}

/* The directory of this user's engines; only one that nobody else can write to. */
static int find_directory(void) {
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    struct stat s;
    int n = snprintf(directory, sizeof directory, "%s/rearview-%lu",
                     runtime && runtime[0] == '/' ? runtime : "/tmp", (unsigned long)geteuid());
    /* Room for "/", the key and ".starting". */
    if (n < 0 || (size_t)n + 30 > sizeof directory || lstat(directory, &s) != 0) {
        return -1;
    }
    return S_ISDIR(s.st_mode) && s.st_uid == geteuid() && (s.st_mode & 077) == 0 ? 0 : -1;
}

static int find_engine(const char *jar, const char *java) {
    uint64_t hash = hashed(0xcbf29ce484222325ull, "1;");
    if (identify(jar, &hash) != 0 || identify(java, &hash) != 0) {
        return -1;
    }
    snprintf(key, sizeof key, "%016llx", (unsigned long long)hash);
    return find_directory();
}

static int connected(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct ucred peer;
    socklen_t length = sizeof peer;
    int low = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* Out of the way of standard streams that are closed. */
    int s = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, 3);
    if (low >= 0) {
        close(low);
    }
    if (s < 0) {
        return -1;
    }
    snprintf(address.sun_path, sizeof address.sun_path, "%.*s/%s.sock", (int)(sizeof directory - 30),
             directory, key);
    if (connect(s, (struct sockaddr *)&address, sizeof address) != 0 ||
        getsockopt(s, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || peer.uid != geteuid()) {
        close(s);
        return -1;
    }
    return s;
}

/* REARVIEW_ENGINE=auto: starts an engine for the commands to come, unless somebody does already. */
static void start_engine(char **command, int prefix) {
    char lock[sizeof directory];
    char *words[64];
    int n = 0;
    if (directory[0] == 0 || (mkdir(directory, 0700) != 0 && errno != EEXIST) ||
        find_directory() != 0 || prefix + 5 > 64) {
        return;
    }
    snprintf(lock, sizeof lock, "%.*s/%s.starting", (int)(sizeof directory - 30), directory, key);
    int held = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (held < 0 || flock(held, LOCK_EX | LOCK_NB) != 0) {
        if (held >= 0) {
            close(held);
        }
        return;
    }
    for (; n < prefix; n++) {
        words[n] = command[n];
    }
    words[n++] = "engine";
    words[n++] = "start";
    words[n] = NULL;
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        setsid();
        if (fork() != 0) {
            _exit(0);
        }
        for (int i = 0; i < 3; i++) {
            dup2(null, i);
        }
        /* Held until the engine answers. */
        fcntl(held, F_SETFD, 0);
        sigprocmask(SIG_SETMASK, &before, NULL);
        execvp(words[0], words);
        _exit(127);
    }
    close(held);
    /* The first child ends at once, and is nobody's after that. */
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
}

/* ---- The message -------------------------------------------------------------------------- */

static unsigned char *message;
static size_t used;
static size_t room;

static void put(const void *octets, size_t length) {
    if (used + length > room && room <= MOST_OCTETS) {
        size_t wanted = (used + length) * 2 + 4096;
        unsigned char *more = realloc(message, wanted);
        if (more) {
            message = more;
            room = wanted;
        }
    }
    if (used + length <= room) {
        memcpy(message + used, octets, length);
    }
    used += length; /* what did not fit shows in that this is above room */
}

static void number(uint64_t value, int octets) {
    unsigned char b[8];
    for (int i = 0; i < octets; i++) {
        b[i] = (unsigned char)(value >> 8 * (octets - 1 - i));
    }
    put(b, (size_t)octets);
}

static void place(const char *path) {
    struct stat s = {0};
    if (stat(path, &s) != 0) {
        used = MOST_OCTETS + 1;
    }
    number((uint64_t)major(s.st_dev) << 32 | minor(s.st_dev), 8);
    number(s.st_ino, 8);
}

static void limit(int resource) {
    struct rlimit l = {RLIM_INFINITY, RLIM_INFINITY};
    getrlimit(resource, &l);
    number(l.rlim_cur, 8);
}

static void strings(char **list, int count) {
    for (int i = 0; i < count; i++) {
        put(list[i], strlen(list[i]) + 1);
    }
}

/* The request; false if it cannot be told. */
static int compose(char **arguments, int count, int open) {
    gid_t groups[MOST_GROUPS];
    int known = getgroups(MOST_GROUPS, groups);
    int variables = 0;
    char *here = getcwd(NULL, 0);
    mode_t mask = umask(0);
    umask(mask);
    if (known < 0 || !here || here[0] != '/') {
        return 0;
    }
    while (environ[variables]) {
        variables++;
    }
    put("RVE\001R", 5);
    number((uint64_t)open, 1);
    number(mask, 2);
    number(0, 4); /* length, below */
    place("/");
    place(here);
    number((uint64_t)(getpriority(PRIO_PROCESS, 0) + 20), 4);
    limit(RLIMIT_CPU);
    limit(RLIMIT_FSIZE);
    limit(RLIMIT_DATA);
    limit(RLIMIT_AS);
    number((uint64_t)known, 4);
    for (int i = 0; i < known; i++) {
        number(groups[i], 4);
    }
    number((uint64_t)count, 4);
    number((uint64_t)variables, 4);
    put(here, strlen(here) + 1);
    strings(arguments, count);
    strings(environ, variables);
    if (used > room || used > MOST_OCTETS) {
        return 0;
    }
    size_t end = used;
    used = 8;
    number(end - 12, 4);
    used = end;
    return 1;
}

static int ready(int s, short events, int timeout) {
    struct pollfd p = {s, events, 0};
    int n;
    do {
        n = poll(&p, 1, timeout);
    } while (n < 0 && errno == EINTR);
    return n > 0;
}

/* Sends the request with the standard streams that are open; false if that was not to be done. */
static int hand_over(int s, int open) {
    union {
        struct cmsghdr header;
        char octets[CMSG_SPACE(3 * sizeof(int))];
    } beside;
    struct iovec vector = {message, used};
    struct msghdr m = {.msg_iov = &vector, .msg_iovlen = 1};
    int streams[3];
    int n = 0;
    memset(&beside, 0, sizeof beside);
    for (int i = 0; i < 3; i++) {
        if (open & 1 << i) {
            streams[n++] = i;
        }
    }
    if (n > 0) {
        m.msg_control = beside.octets;
        m.msg_controllen = CMSG_SPACE((size_t)n * sizeof(int));
        beside.header.cmsg_level = SOL_SOCKET;
        beside.header.cmsg_type = SCM_RIGHTS;
        beside.header.cmsg_len = CMSG_LEN((size_t)n * sizeof(int));
        memcpy(CMSG_DATA(&beside.header), streams, (size_t)n * sizeof(int));
    }
    ssize_t sent = sendmsg(s, &m, MSG_NOSIGNAL);
    for (size_t at = sent < 0 ? 0 : (size_t)sent; sent >= 0 && at < used; at += (size_t)sent) {
        sent = send(s, message + at, used - at, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN && ready(s, POLLOUT, PATIENCE_MS)) {
            sent = 0;
        }
    }
    return sent >= 0;
}

/* ---- Waiting ------------------------------------------------------------------------------ */

/* Ends as the command did that a signal has ended. */
static void die(int signal_number) {
    struct rlimit none = {0, 0};
    sigset_t all;
    setrlimit(RLIMIT_CORE, &none);
    signal(signal_number, SIG_DFL);
    sigfillset(&all);
    sigprocmask(SIG_UNBLOCK, &all, NULL);
    raise(signal_number);
    _exit(128 + signal_number);
}

static void lost(void) {
    fprintf(stderr,
            "%s: the resident engine has ended in the middle of this: what was written is not whole\n",
            name);
    _exit(1);
}

static void tell(int s, int signal_number) {
    char b = (char)signal_number;
    send(s, &b, 1, MSG_NOSIGNAL);
}

/* Stops as Ctrl-Z wants it; goes on when it is told to. */
static void stop(int s) {
    sigset_t tstp;
    tell(s, SIGTSTP);
    sigemptyset(&tstp);
    sigaddset(&tstp, SIGTSTP);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &tstp, NULL);
    sigprocmask(SIG_BLOCK, &tstp, NULL);
    tell(s, SIGCONT);
}

/* Passes signals on until the engine says how the command has ended. Behind one that ends it none is
 * read: timeout(1) sends two, one to the command and one to its group. */
static void await_end(int s, int signals) {
    struct pollfd p[2] = {{s, POLLIN, 0}, {signals, POLLIN, 0}};
    unsigned char answer[2];
    size_t have = 0;
    int last = 0;
    while (1) {
        int n = last ? poll(p, 1, GRACE_MS) : poll(p, 2, -1);
        if (n == 0) {
            die(last);
        }
        if (n < 0 && errno != EINTR) {
            lost();
        }
        if (n > 0 && p[0].revents) {
            ssize_t got = recv(s, answer + have, sizeof answer - have, 0);
            if (got <= 0 && !(got < 0 && (errno == EAGAIN || errno == EINTR))) {
                lost();
            }
            have += got > 0 ? (size_t)got : 0;
            if (have == sizeof answer) {
                if (answer[0] == 'K') {
                    die(answer[1]);
                }
                if (answer[0] != 'X') {
                    lost();
                }
                _exit(answer[1]);
            }
        } else if (n > 0 && p[1].revents) {
            struct signalfd_siginfo info;
            if (read(signals, &info, sizeof info) == (ssize_t)sizeof info) {
                if (info.ssi_signo == SIGTSTP) {
                    stop(s);
                } else {
                    last = (int)info.ssi_signo;
                    tell(s, last);
                }
            }
        }
    }
}

/* Whether the engine has taken the request. One that does not answer in time is told by shutdown()
 * that its answer comes too late; if it came just before, it is as if it had died. */
static int taken(int s) {
    unsigned char answer;
    int timely = ready(s, POLLIN, PATIENCE_MS);
    if (!timely) {
        shutdown(s, SHUT_RD);
    }
    if (recv(s, &answer, 1, 0) != 1 || answer != 'T') {
        return 0;
    }
    if (!timely) {
        lost();
    }
    return 1;
}

/* The signals that are passed on: those that would end or stop a plain process. */
static int block_signals(void) {
    static const int wanted[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
    struct sigaction action;
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (sigaction(wanted[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN) {
            sigaddset(&set, wanted[i]);
        }
    }
    sigprocmask(SIG_BLOCK, &set, NULL);
    int low = signalfd(-1, &set, SFD_CLOEXEC);
    int out = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, 3);
    if (low >= 0) {
        close(low);
    }
    return out;
}

/* A job in the background that read from the terminal would be stopped: the engine is not. */
static int reads_in_vain(void) {
    pid_t foreground = tcgetpgrp(0);
    return foreground > 0 && foreground != getpgrp();
}

int main(int count, char **words) {
    if (count < 4) {
        fprintf(stderr, "usage: rearview-client JAR JAVA PLAIN...\n");
        return 2;
    }
    char **command = words + 3;
    int prefix = 0;
    int open = 0;
    const char *mode = getenv("REARVIEW_ENGINE");
    sigprocmask(SIG_SETMASK, NULL, &before);
    while (command[prefix] && strcmp(command[prefix], MAIN) != 0) {
        prefix++;
    }
    if (!command[prefix] || !command[++prefix]) {
        plain(command);
    }
    name = command[prefix];
    int s = find_engine(words[1], words[2]) == 0 ? connected() : -1;
    if (s < 0) {
        if (mode && strcmp(mode, "auto") == 0) {
            start_engine(command, prefix);
        }
        plain(command);
    }
    for (int i = 0; i < 3; i++) {
        open |= fcntl(i, F_GETFD) >= 0 ? 1 << i : 0;
    }
    int signals = block_signals();
    if (signals >= 0 && !reads_in_vain() &&
        compose(command + prefix, count - 3 - prefix, open) && hand_over(s, open) && taken(s)) {
        /* Whoever waits for the end of these has the engine to wait for alone. */
        close(0);
        close(1);
        await_end(s, signals);
    }
    close(s);
    plain(command);
}
