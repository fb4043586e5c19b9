using System.CommandLine;
using Flex.Cli.Doctor;
using Flex.Torch;

namespace Flex.Cli.Commands;

/// <summary><c>flex doctor</c>: what this installation consists of and whether it works.</summary>
public static class DoctorCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var device = new Option<string?>("--device") { Description = "Also compare what a GPU (cuda, cuda:N) computes with the processor" };
        var command = new Command("doctor", "Check the installation: versions, libraries, tools, memory and disk") { json, device };
        command.OnRun((parsed, _) =>
        {
            Device? gpu = parsed.GetValue(device) is { } name ? Device.Parse(name) : null;
            return Print(
                services,
                [.. MachineChecks.Run(), .. LibraryChecks.Run(), .. ToolChecks.Run(), .. gpu is { } found ? DeviceChecks.Run(found) : []],
                parsed.GetValue(json));
        });
        return command;
    }

    /// <summary>Prints the report.</summary>
    /// <param name="services">The outside world.</param>
    /// <param name="findings">What was found.</param>
    /// <param name="asJson">JSON in place of lines.</param>
    /// <returns>The exit status: a fault when something required is broken.</returns>
    internal static int Print(CliServices services, IReadOnlyList<Finding> findings, bool asJson)
    {
        if (asJson)
        {
            services.WriteJson(findings);
        }
        else
        {
            foreach (var finding in findings)
            {
                services.Out.WriteLine(finding);
            }
        }

        return findings.Any(finding => finding.Health == Health.Fail) ? ExitStatus.Fault : ExitStatus.Success;
    }
}
