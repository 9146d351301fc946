/*
 * Hands a command over to the resident engine of this user, and ends as it ends there. Where there
 * is none, commands at the two ends of a pipe find each other, and the one that writes is handed
 * over to the process of the one that reads. Where nobody takes it, it runs as a plain process.
 *
 *     rearview-client JAR JAVA PLAIN...
 *
 * PLAIN is the whole command line of the plain process: whatever starts java, and behind the word
 * MAIN the command with its arguments. docs/internals/RESIDENT.md tells the protocol. Nothing is
 * read or written for the command before somebody has taken it, so that to fall back is always
 * whole. For Linux.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
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
#include <time.h>
#include <unistd.h>

#define MAIN "dev.rearview.tools.Main"
#define PROTOCOL 1
#define MOST_OCTETS (8u << 20)
#define MOST_GROUPS 256
#define PATIENCE_MS 1000 /* for the engine to take it */
#define START_MS 10000   /* for a process that starts to take it */
#define KNOWN_MS 250     /* for a command at the other end of a pipe that is one of ours */
#define NEW_MS 60        /* for one that runs, and may become so */
#define IDLE_MS 15       /* for one that waits, and may become so */
#define LISTENER 8       /* beside the standard streams: where those are waited for who write to 0 */
#define GRACE_MS 2000    /* for the engine to end what was interrupted */

extern char **environ;

static const char *name = "rearview"; /* of the command, for messages */
static sigset_t before;               /* the signals that were blocked at the start */
static char directory[sizeof ((struct sockaddr_un *)0)->sun_path];
static char key[17];
static const char *host = "the resident engine";

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

static int find_key(const char *jar, const char *java) {
    uint64_t hash = hashed(0xcbf29ce484222325ull, "1;");
    if (identify(jar, &hash) != 0 || identify(java, &hash) != 0) {
        return -1;
    }
    snprintf(key, sizeof key, "%016llx", (unsigned long long)hash);
    return 0;
}

/* A socket out of the way of standard streams that are closed. */
static int new_socket(void) {
    int low = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int s = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, 3);
    if (low >= 0) {
        close(low);
    }
    return s;
}

/* Connected to one of this user who waits there. */
static int connected(const struct sockaddr_un *address, socklen_t octets) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    int s = new_socket();
    if (s >= 0 &&
        (connect(s, (const struct sockaddr *)address, octets) != 0 ||
         getsockopt(s, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || peer.uid != geteuid())) {
        close(s);
        return -1;
    }
    return s;
}

static int connected_to_engine(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (find_directory() != 0) {
        return -1;
    }
    snprintf(address.sun_path, sizeof address.sun_path, "%.*s/%s.sock", (int)(sizeof directory - 30),
             directory, key);
    return connected(&address, sizeof address);
}

/* ---- Who is at the other end of a pipe ---------------------------------------------------- */

/* Commands that can read flows of standard input. */
static const char *const READERS[] = {
    "rwaddrcount", "rwaggbag", "rwallformats", "rwappend", "rwbag", "rwcat", "rwcombine",
    "rwcompare", "rwcount", "rwcut", "rwdedupe", "rwfilter", "rwgroup", "rwmatch", "rwnetmask",
    "rwpackchecker", "rwrandomizeip", "rwscan", "rwset", "rwsilk2ipfix", "rwsort", "rwsplit",
    "rwstats", "rwswapbytes", "rwtotal", "rwuniq", NULL};

/* Commands that can hand their flows over. */
static const char *const WRITERS[] = {
    "rwcat", "rwcombine", "rwdedupe", "rwfilter", "rwgroup", "rwmatch", "rwnetmask",
    "rwrandomizeip", "rwsort", "rwswapbytes", NULL};

static const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int is_one_of(const char *word, const char *const *names) {
    for (; *names; names++) {
        if (strcmp(*names, word) == 0) {
            return 1;
        }
    }
    return 0;
}

static int is_pipe(int descriptor, struct stat *s) {
    return fstat(descriptor, s) == 0 && S_ISFIFO(s->st_mode);
}

/* Where the reader of a pipe waits for writers: a name of no file, which ends with its process. */
static socklen_t pipe_address(const struct stat *s, struct sockaddr_un *address) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    int n = snprintf(address->sun_path + 1, sizeof address->sun_path - 1, "rearview-%lu-%s-%llx-%llx",
                     (unsigned long)geteuid(), key, (unsigned long long)s->st_dev,
                     (unsigned long long)s->st_ino);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
}

static ssize_t read_file(const char *path, char *to, size_t room) {
    int f = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = f < 0 ? -1 : read(f, to, room - 1);
    if (f >= 0) {
        close(f);
    }
    to[n < 0 ? 0 : n] = 0;
    return n;
}

/* How long the shell that was forked for a command may take to become it. One that waits has
 * mostly something to do itself, as "while read" has. */
static int patience_with_shell(pid_t process) {
    char path[64];
    char words[512];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
    read_file(path, words, sizeof words);
    /* PID (NAME) STATE, and a name may have parentheses of its own. */
    const char *end = strrchr(words, ')');
    return end && end[1] == ' ' && end[2] == 'S' ? IDLE_MS : NEW_MS;
}

/* How long a process may take that has the other end of a pipe: it is one of ours on its way to its
 * client, or still the shell that has made it, or neither. */
static int patience_with(pid_t process, const char *const *names, const char *shell) {
    char path[64];
    char words[16384];
    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)process);
    ssize_t n = read_file(path, words, sizeof words);
    if (n <= 0) {
        /* On its way from one program to the next. */
        return NEW_MS;
    }
    const char *end = words + n;
    const char *first = words;
    const char *second = first + strlen(first) + 1;
    if (second < end && is_one_of(last_part(second), names)) {
        return KNOWN_MS;
    }
    for (const char *w = words; w < end; w += strlen(w) + 1) {
        if (strcmp(w, MAIN) == 0) {
            const char *command = w + strlen(w) + 1;
            int is_client = strcmp(last_part(first), "rearview.client") == 0;
            return is_client && command < end && is_one_of(command, names) ? KNOWN_MS : 0;
        }
    }
    return strcmp(words, shell) == 0 ? patience_with_shell(process) : 0;
}

/* Whether a process has a pipe open, at either end. */
static int holds(pid_t process, const struct stat *wanted) {
    char path[64];
    struct stat s;
    struct dirent *entry;
    int found = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)process);
    DIR *all = opendir(path);
    while (all && !found && (entry = readdir(all)) != NULL) {
        found = fstatat(dirfd(all), entry->d_name, &s, 0) == 0 && S_ISFIFO(s.st_mode) &&
                s.st_dev == wanted->st_dev && s.st_ino == wanted->st_ino;
    }
    if (all) {
        closedir(all);
    }
    return found;
}

/* How long to wait for the other end of a pipe, by what the other children of the shell are. */
static int patience(const struct stat *wanted, int number, const char *const *names) {
    char path[64];
    char shell[1024];
    char children[4096];
    int most = 0;
    int found = 0;
    pid_t parent = getppid();
    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)parent);
    read_file(path, shell, sizeof shell);
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, (int)parent);
    if (read_file(path, children, sizeof children) <= 0) {
        return 0;
    }
    for (char *at = children, *next; *at; at = next) {
        struct stat s;
        pid_t child = (pid_t)strtol(at, &next, 10);
        if (next == at) {
            break;
        }
        next += strspn(next, " ");
        snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)child, number);
        if (child != getpid() && stat(path, &s) == 0 && s.st_dev == wanted->st_dev &&
            s.st_ino == wanted->st_ino) {
            int own = patience_with(child, names, shell);
            most = own > most ? own : most;
            found = 1;
        }
    }
    /* A shell that has not made the other command yet has its end of the pipe. */
    return found ? most : holds(parent, wanted) ? IDLE_MS : 0;
}

/* A socket at which writers of standard input, a pipe, are waited for; -1 for none. */
static int listening(void) {
    struct stat s;
    struct sockaddr_un address;
    if (!is_one_of(name, READERS) || !is_pipe(0, &s) || fcntl(1, F_GETFD) < 0 ||
        fcntl(2, F_GETFD) < 0) {
        return -1;
    }
    socklen_t octets = pipe_address(&s, &address);
    int listener = new_socket();
    if (listener >= 0 && (bind(listener, (struct sockaddr *)&address, octets) != 0 ||
                          listen(listener, 16) != 0)) {
        close(listener);
        return -1;
    }
    return listener;
}

static long now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000;
}

/* Whether to look again for the reader of standard output, a moment later. */
static int reader_may_come(const struct stat *s, long since_ms) {
    struct timespec moment = {0, 300000};
    if (now_ms() - since_ms >= patience(s, 0, READERS)) {
        return 0;
    }
    nanosleep(&moment, NULL);
    return 1;
}

/* Has the reader of standard output, a pipe, go to the engine first, if it is one of ours: a writer
 * whose first record is in the pipe before keeps writing records. What the engine has taken has no
 * end of the pipe left. */
static void let_reader_go_first(void) {
    struct stat s;
    long start = now_ms();
    if (is_one_of(name, WRITERS) && is_pipe(1, &s)) {
        while (reader_may_come(&s, start)) {
        }
    }
}

/* Connected to the reader of standard output, a pipe, if that is one of ours; -1 otherwise. */
static int connected_to_reader(void) {
    struct stat s;
    struct sockaddr_un address;
    long start = now_ms();
    if (!is_one_of(name, WRITERS) || !is_pipe(1, &s)) {
        return -1;
    }
    socklen_t octets = pipe_address(&s, &address);
    int out;
    do {
        out = connected(&address, octets);
    } while (out < 0 && reader_may_come(&s, start));
    return out;
}

/* Whether a writer of ours comes before anything else is in the pipe. */
static int writer_comes(int listener) {
    struct stat s;
    long start = now_ms();
    if (!is_pipe(0, &s)) {
        return 0;
    }
    for (int wait_ms = 0;; wait_ms = 1) {
        struct pollfd p[2] = {{listener, POLLIN, 0}, {0, POLLIN, 0}};
        poll(p, 2, wait_ms);
        if (p[0].revents) {
            return 1;
        }
        if (p[1].revents || now_ms() - start >= patience(&s, 1, WRITERS)) {
            return 0;
        }
    }
}

/* Runs the command as a process that takes the writers of its pipe in. */
static void run_with_writers(char **command, int main_at, int listener) {
    char option[32];
    int count = 0;
    while (command[count]) {
        count++;
    }
    char **words = calloc((size_t)count + 2, sizeof *words);
    if (words && main_at > 1) {
        snprintf(option, sizeof option, "-Drearview.pipe=%d", listener);
        /* Before "-cp JAR MAIN". */
        int at = main_at - 2;
        memcpy(words, command, (size_t)at * sizeof *words);
        words[at] = option;
        memcpy(words + at + 1, command + at, (size_t)(count - at) * sizeof *words);
        fcntl(listener, F_SETFD, 0);
        sigprocmask(SIG_SETMASK, &before, NULL);
        execvp(words[0], words);
    }
    close(listener);
    plain(command);
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
static int hand_over(int s, int open, int listener) {
    union {
        struct cmsghdr header;
        char octets[CMSG_SPACE(4 * sizeof(int))];
    } beside;
    struct iovec vector = {message, used};
    struct msghdr m = {.msg_iov = &vector, .msg_iovlen = 1};
    int streams[4];
    int n = 0;
    memset(&beside, 0, sizeof beside);
    for (int i = 0; i < 3; i++) {
        if (open & 1 << i) {
            streams[n++] = i;
        }
    }
    if (open & LISTENER) {
        streams[n++] = listener;
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
    fprintf(stderr, "%s: %s has ended in the middle of this: what was written is not whole\n", name,
            host);
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
                if (last) {
                    die(last);
                }
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
static int taken(int s, int patience_ms) {
    unsigned char answer;
    int timely = ready(s, POLLIN, patience_ms);
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

static int is_set(const char *variable, const char *value) {
    const char *own = getenv(variable);
    return own && (value ? strcmp(own, value) == 0 : own[0] != 0);
}

/* Whether commands of one pipe may run in one process. */
static int may_share(void) {
    return !is_set("REARVIEW_FUSE", "off") && !is_set("JAVA_TOOL_OPTIONS", NULL) &&
           !is_set("JDK_JAVA_OPTIONS", NULL) && !is_set("_JAVA_OPTIONS", NULL);
}

/* Hands the command over, and ends with it; returns where it is not taken. */
static void try_to_hand_over(int s, char **arguments, int count, int listener, int patience_ms) {
    int open = listener >= 0 ? LISTENER : 0;
    for (int i = 0; i < 3; i++) {
        open |= fcntl(i, F_GETFD) >= 0 ? 1 << i : 0;
    }
    int signals = block_signals();
    if (signals >= 0 && !reads_in_vain() && compose(arguments, count, open) &&
        hand_over(s, open, listener) && taken(s, patience_ms)) {
        /* Whoever waits for the end of these has the other process to wait for alone. */
        close(0);
        close(1);
        if (listener >= 0) {
            close(listener);
        }
        await_end(s, signals);
    }
    if (signals >= 0) {
        close(signals);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(s);
}

int main(int count, char **words) {
    if (count < 4) {
        fprintf(stderr, "usage: rearview-client JAR JAVA PLAIN...\n");
        return 2;
    }
    char **command = words + 3;
    int prefix = 0;
    sigprocmask(SIG_SETMASK, NULL, &before);
    while (command[prefix] && strcmp(command[prefix], MAIN) != 0) {
        prefix++;
    }
    if (!command[prefix] || !command[++prefix]) {
        plain(command);
    }
    name = command[prefix];
    char **arguments = command + prefix;
    int own = count - 3 - prefix;
    if (find_key(words[1], words[2]) != 0) {
        plain(command);
    }
    int s = is_set("REARVIEW_ENGINE", "off") ? -1 : connected_to_engine();
    if (s >= 0) {
        if (!is_set("REARVIEW_FUSE", "off")) {
            let_reader_go_first();
        }
        try_to_hand_over(s, arguments, own, -1, PATIENCE_MS);
        plain(command);
    }
    if (is_set("REARVIEW_ENGINE", "auto")) {
        start_engine(command, prefix);
    }
    if (may_share()) {
        int listener = listening();
        s = connected_to_reader();
        if (s >= 0) {
            host = "the process of the command that reads this";
            try_to_hand_over(s, arguments, own, listener, START_MS);
        }
        if (listener >= 0 && writer_comes(listener)) {
            run_with_writers(command, prefix - 1, listener);
        }
        if (listener >= 0) {
            close(listener);
        }
    }
    plain(command);
}
