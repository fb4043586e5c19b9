using System.CommandLine;
using System.Globalization;
using Flex.Cli.Bench;
using Flex.Cli.Doctor;
using Flex.Cli.SuperResolution;
using Flex.Diffusion.Backbones;
using Flex.Torch;

namespace Flex.Cli.Commands;

/// <summary><c>flex bench</c>: how fast this machine trains, samples and simulates, and where the time goes.</summary>
public static class BenchCommand
{
    private const int ListedOperators = 12;

    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var pairs = new Option<int>("--pairs") { Description = "Turns of this program and of PyTorch, 1 or more", DefaultValueFactory = _ => 5 };
        var python = new Option<string>("--python") { Description = "Interpreter with PyTorch to compare with; left out where it has none", DefaultValueFactory = _ => "/usr/bin/python3" };
        var device = new Option<string>("--device") { Description = "cpu, or a GPU: cuda, cuda:N", DefaultValueFactory = _ => "cpu" };
        var quick = new Option<bool>("--quick") { Description = "Seconds instead of minutes, to see that it runs; the numbers mean nothing" };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var command = new Command("bench", "Measure speed and memory on this machine, beside eager PyTorch where it is installed")
        {
            pairs, python, device, quick, json,
        };
        command.Subcommands.Add(Operators(services));
        command.Subcommands.Add(Growing(services));
        command.Subcommands.Add(Worker());
        command.OnRun((parsed, cancellation) =>
        {
            var turns = parsed.GetValue(pairs) is >= 1 and var given ? given : throw new InputException($"--pairs {parsed.GetValue(pairs)}: give 1 or more");
            var where = parsed.GetValue(device)!;
            var isGpu = Device.Parse(where).Type == DeviceType.Cuda;
            var plan = isGpu ? BenchPlan.Gpu(where, turns) : parsed.GetValue(quick) ? BenchPlan.Quick() : BenchPlan.Full(turns);
            var peer = Peer.Find(parsed.GetValue(python)!, ModelsFolder.Home());
            services.Error.WriteLine(peer is null ? $"flex: {parsed.GetValue(python)} has no PyTorch (apt-get install python3-torch); timing this program alone" : $"flex: comparing with {peer.Python}");
            var report = Measure(services, plan, peer, cancellation);
            if (parsed.GetValue(json))
            {
                services.WriteJson(report);
            }
            else
            {
                foreach (var line in report.Lines())
                {
                    services.Out.WriteLine(line);
                }
            }

            return ExitStatus.Success;
        });
        return command;
    }

    private static BenchReport Measure(CliServices services, BenchPlan plan, Peer? peer, CancellationToken cancellation)
    {
        var load = double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
        var machine = MachineChecks.Run().First(finding => finding.Name == "processor").Value;
        using var progress = services.StartProgress("measuring", "works");
        double done = 0, all = plan.Works.Count + plan.Profiled.Count + (plan.IsOfProcessor ? 3 : 0);
        T Next<T>(string what, Func<T> measure)
        {
            cancellation.ThrowIfCancellationRequested();
            progress.Report(done++, all, what);
            return measure();
        }

        return new BenchReport(
            machine,
            load,
            plan.IsOfProcessor ? Next("convolutions", () => ConvolutionRates.Measure(plan.Repeats)) : null,
            [.. plan.Works.Select(work => Next(work.Title, () => PairedRun.Of(work, peer, plan.Pairs, cancellation)))],
            [.. plan.Profiled.Select(work => Next($"operators of {work.Title}", () => OperatorShares.Measure(work, plan.Repeats, ListedOperators)))],
            plan.IsOfProcessor ? Next("solver", () => SolverCost.Measure(plan.SolverSize, plan.Repeats)) : null,
            plan.IsOfProcessor && ModelsFolder.Find(TaskKind.SuperRes) is { } model ? Next("start-up", () => StartUp.Measure(model, plan.Repeats)) : null);
    }

    // The other process of a comparison.
    private static Command Worker()
    {
        var command = OneWork("worker", "Do one work of the comparison for every line on standard input", spec =>
        {
            using var work = spec.Create();
            Bench.Worker.Serve(work, Console.In, Console.Out);
        });
        command.Hidden = true;
        return command;
    }

    private static Command Operators(CliServices services) => OneWork("operators", "Show where the time of one work goes", spec =>
    {
        foreach (var line in OperatorShares.Measure(spec, runs: 3, listed: int.MaxValue).Lines())
        {
            services.Out.WriteLine(line);
        }
    });

    private static Command Growing(CliServices services)
    {
        var runs = new Option<int>("--runs") { Description = "Runs of each work, of which the median counts, 1 or more", DefaultValueFactory = _ => 3 };
        var quick = new Option<bool>("--quick") { Description = "Seconds instead of minutes, to see that it runs; the numbers mean nothing" };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var command = new Command("growth", "Measure how time and memory grow with grid, members, sampling steps and model size") { runs, quick, json };
        command.OnRun((parsed, cancellation) =>
        {
            var count = parsed.GetValue(runs) is >= 1 and var given ? given : throw new InputException($"--runs {parsed.GetValue(runs)}: give 1 or more");
            var plan = Growth.Plan(parsed.GetValue(quick));
            using var progress = services.StartProgress("measuring", "works");
            double done = 0, all = plan.Sum(part => part.Works.Count);
            Comparison Measure(WorkSpec work)
            {
                progress.Report(done++, all, work.Title);
                return PairedRun.Of(work, peer: null, count, cancellation);
            }

            IReadOnlyList<Growth> growths = [.. plan.Select(part => new Growth(part.Of, [.. part.Works.Select(Measure)]))];
            if (parsed.GetValue(json))
            {
                services.WriteJson(growths);
            }
            else
            {
                foreach (var line in growths.SelectMany(growth => growth.Lines().Append("")))
                {
                    services.Out.WriteLine(line);
                }
            }

            return ExitStatus.Success;
        });
        return command;
    }

    private static Command OneWork(string name, string description, Action<WorkSpec> run)
    {
        var what = new Argument<string>("work") { Description = "train or sample" };
        what.AcceptOnlyFromAmong("train", "sample");
        var size = new Option<string>("--size") { Description = "Model size: tiny, small, medium or big", DefaultValueFactory = _ => "small" };
        Option<int> Number(string option, string meaning, int value) => new(option) { Description = meaning, DefaultValueFactory = _ => value };
        var image = Number("--image", "Cells along each side of a field", 64);
        var batch = Number("--batch", "Fields at once", 4);
        var members = Number("--members", "Members of a sampled ensemble", 1);
        var steps = Number("--steps", "Sampling steps N", 2);
        var device = new Option<string>("--device") { Description = "cpu, cuda or cuda:N", DefaultValueFactory = _ => "cpu" };
        var precision = new Option<Precision>("--precision") { Description = "float32, tf32 or bf16" };
        var recompute = new Option<bool>("--activation-checkpointing") { Description = "Training: compute activations again in the backward pass" };
        var command = new Command(name, description) { what, size, image, batch, members, steps, device, precision, recompute };
        command.OnRun((parsed, _) =>
        {
            run(
                new WorkSpec
                {
                    IsTraining = parsed.GetValue(what) == "train",
                    Size = parsed.GetValue(size)!,
                    Image = parsed.GetValue(image),
                    Batch = parsed.GetValue(batch),
                    Members = parsed.GetValue(members),
                    Steps = parsed.GetValue(steps),
                    Device = parsed.GetValue(device)!,
                    Precision = parsed.GetValue(precision),
                    ActivationCheckpointing = parsed.GetValue(recompute),
                });
            return ExitStatus.Success;
        });
        return command;
    }
}
