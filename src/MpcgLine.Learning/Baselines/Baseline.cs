using System.Security.Cryptography;
using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Learning.Baselines;

/// <summary>A baseline with all it has learnt from good images: weights, or a radius, or nothing.</summary>
public sealed class Baseline
{
    private readonly IReadOnlyDictionary<string, WeightArray> _learnt;

    internal Baseline(InspectionMethod method, IReadOnlyDictionary<string, WeightArray> learnt)
    {
        Method = method;
        _learnt = learnt;
    }

    /// <summary>Which one it is.</summary>
    public InspectionMethod Method { get; }

    /// <summary>What it has learnt, by name.</summary>
    public IReadOnlyDictionary<string, WeightArray> Learnt => _learnt;

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="ModelException">The file is missing, damaged or of another kind.</exception>
    public static Baseline Read(string path, InspectionMethod method)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path} can't be read: {e.Message}", e);
        }

        const int hash = SHA256.HashSizeInBytes;
        return content.Length > hash && SHA256.HashData(content.AsSpan(hash)).AsSpan().SequenceEqual(content.AsSpan(0, hash))
            ? new Baseline(method, SafetensorsFile.Read(content.AsSpan(hash), path))
            : throw new ModelException($"{path} is damaged (wrong SHA-256): delete it to make it again.");
    }

    /// <summary>Writes a file that is whole or not there: a SHA-256, then the tensors.</summary>
    /// <exception cref="ModelException">The disk can't be written.</exception>
    public void Write(string path)
    {
        using MemoryStream tensors = new();
        SafetensorsFile.Write(tensors, _learnt.OrderBy(t => t.Key, StringComparer.Ordinal), _ => true);
        byte[] content = tensors.ToArray();
        string beside = path + ".new";
        try
        {
            File.WriteAllBytes(beside, [.. SHA256.HashData(content), .. content]);
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path} can't be written: {e.Message}", e);
        }
    }

    /// <summary>The map the baseline compares tiles by; the caller disposes it.</summary>
    /// <exception cref="ModelException">A tensor is missing or has another size.</exception>
    internal IDistanceMap OpenMap() => Method switch
    {
        InspectionMethod.Lca => LcaMap.Of(_learnt),
        InspectionMethod.Phot => new PhotMap(),
        InspectionMethod.AutoencoderL2 => new AutoencoderMap(_learnt, isSsim: false),
        InspectionMethod.AutoencoderSsim => new AutoencoderMap(_learnt, isSsim: true),
        InspectionMethod.MsFcae => new MsFcaeMap(_learnt),
        _ => throw new InvalidOperationException($"{Method} starts from a bundle."),
    };
}
